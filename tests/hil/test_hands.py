"""The hands of a person, with a person who does what the sentences say: at a virtual printer, and at a terminal."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from hil_tests.devices.named import FILE, named
from hil_tests.devices.person import PersonBed, PersonButtonBed, PersonBuzzerBed
from hil_tests.devices.person_drawer import LOOK, WAIT, PersonDrawerBed, PersonPrinterDrawerBed
from hil_tests.devices.person_printer import COVER, PAPER, PersonPrinterBed, drawn
from tests.contracts.beds.printers import TcpPrinterBed
from tests.contracts.drawer import DrawerReplugContract
from tests.contracts.printer import PrinterReplugContract, codes

PINS = "[drawer.gpio]\npin = 23\n[buzzer.gpio]\npin = 24\n[button.gpio]\npin = 25\n"
ASKS = """
import os
from hil_tests.devices.terminal import ask_on_terminal
os.open(os.ttyname(0), os.O_RDWR)  # the first of a new session to open a terminal has it
print(ask_on_terminal("Look: 大红袍."))
"""


class Person:
    """Does at a virtual printer what is asked, and says what is seen there."""

    def __init__(self, printer: TcpPrinterBed) -> None:
        self.printer = printer
        self.receipts = self.kicks = 0

    def __call__(self, sentence: str) -> str:
        for states, move in ((PAPER, self.printer.paper), (COVER, self.printer.cover)):
            for state, asked in states.items():
                if sentence == asked:
                    move(state)
        if sentence.startswith("Pull"):
            self.printer.unplug()
        elif sentence.startswith("Plug"):
            self.printer.plug()
        elif sentence.startswith("How many receipts"):
            before, self.receipts = self.receipts, len(self.printer.pieces())
            return str(self.receipts - before)
        elif sentence in (WAIT, LOOK):
            return self._opened(sentence == WAIT)
        elif found := re.match(r"Receipt (\d+):", sentence):
            return " ".join(codes(self.printer.pieces()[int(found[1]) - 1]))
        return ""

    def _opened(self, wait: bool) -> str:
        if wait:
            self.printer.kicked(self.kicks + 1)
        before, self.kicks = self.kicks, self.printer.kicks
        return str(self.kicks - before)


@pytest.fixture
def printer() -> Iterator[TcpPrinterBed]:
    with contextlib.closing(TcpPrinterBed()) as printer:
        yield printer


def table(printer: TcpPrinterBed) -> str:
    return f'[printer.escpos]\nhost = "127.0.0.1"\ntcp_port = {printer.tcp_port}\n[drawer.printer]\nprinter = "till"\n'


class TestPrinterByHand(PrinterReplugContract):
    @pytest.fixture
    def bed(self, printer: TcpPrinterBed) -> Iterator[PersonPrinterBed]:
        device = named(table(printer))["printer", "escpos"]
        with contextlib.closing(PersonPrinterBed(device, Person(printer))) as bed:
            yield bed


class TestDrawerByHand(DrawerReplugContract):
    @pytest.fixture
    def bed(self, printer: TcpPrinterBed) -> Iterator[PersonPrinterDrawerBed]:
        devices = named(table(printer))
        drawer = PersonPrinterDrawerBed(devices["drawer", "printer"], devices["printer", "escpos"], Person(printer))
        with contextlib.closing(drawer) as bed:
            yield bed


def answering(*answers: str) -> tuple[list[str], Callable[[str], str]]:
    """A person with these answers, and what was asked."""
    asked: list[str] = []
    left = iter(answers)

    def ask(sentence: str) -> str:
        asked.append(sentence)
        return next(left, "")

    return asked, ask


def test_what_a_test_moved_is_put_right_at_its_end(printer: TcpPrinterBed) -> None:
    asked, ask = answering()
    bed = PersonPrinterBed(named(table(printer))["printer", "escpos"], ask)
    bed.paper("out")
    bed.cover("open")
    bed.unplug()
    bed.close()
    assert asked[-3:] == ["Plug the printer (escpos) in.", COVER["shut"], PAPER["ok"]]


def test_a_receipt_that_is_not_right_has_no_code(printer: TcpPrinterBed) -> None:
    _, ask = answering("", "2", "sale-1", "n")
    bed = PersonPrinterBed(named(table(printer))["printer", "escpos"], ask)
    assert [codes(piece) for piece in bed.pieces()] == [["sale-1"], []]
    assert codes(drawn("another")) == ["another"]
    bed.close()


def test_a_drawer_that_opened_too_often_is_noticed_and_what_is_no_number_asked_again() -> None:
    asked, ask = answering("once", "1", "2", "0")
    bed = PersonDrawerBed(named(PINS)["drawer", "gpio"], ask)
    assert bed.sprang_open(1)
    assert asked[1].startswith("'once' is no number.")
    assert not bed.sprang_open(2)
    assert bed.opened() == 3
    bed.close()


def test_a_person_hears_the_buzzer_or_not() -> None:
    asked, ask = answering("y", "n")
    bed = PersonBuzzerBed(named(PINS)["buzzer", "gpio"], ask)
    assert bed.silent()
    assert not bed.heard("refused")
    assert "two long sounds" in asked[1]
    bed.close()


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (PersonButtonBed.press, "left out by hand: Press the button"),
        (PersonButtonBed.unplug, "nobody can pull the pins"),
    ],
)
def test_what_is_left_out_or_cannot_be_done_is_skipped(act: Callable[[PersonBed], None], words: str) -> None:
    _, ask = answering("-")
    bed = PersonButtonBed(named(PINS)["button", "gpio"], ask)
    with pytest.raises(pytest.skip.Exception, match=words):
        act(bed)
    bed.close()


@pytest.mark.parametrize(("typed", "end"), [(b" yes \n", "test out. yes\r\n"), (b"\x04", "EOFError")])
def test_a_question_is_asked_and_answered_on_a_real_terminal(typed: bytes, end: str) -> None:
    ours, theirs = os.openpty()
    asking = [sys.executable, "-c", ASKS]
    where = FILE.parents[1]  # lgpio changes the folder of whoever imports it
    with subprocess.Popen(asking, cwd=where, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True):
        os.close(theirs)
        os.write(ours, typed)
        said = b""
        with contextlib.suppress(OSError):  # how a terminal says that nobody is at its other end
            while data := os.read(ours, 4096):
                said += data
    os.close(ours)
    assert ">> Look: 大红袍. Then press Enter" in said.decode()
    assert end in said.decode()
