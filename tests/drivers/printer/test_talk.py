"""The talk with printers that are not as they should be: mute, stalled, without an answer, cut off."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice

import pytest

from drivers.base import Event, PrintEnded
from drivers.errors import DeviceLost
from drivers.options import PaperOptions
from drivers.printer.composer import ASK_IN_ORDER, Composer
from drivers.printer.orders import Orders
from drivers.printer.talk import Confirm, Talk
from drivers.receipt import Qr, Receipt, Text

SALE = Receipt((Text("sale"),))
WELL = b"\x12"
STEPS = 400
TENTH_NS = 100_000_000


class Voice:
    """What a driver would tell."""

    device = "counter"

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.codes: list[str] = []

    def emit(self, event: Event) -> None:
        self.events.append(event)

    def report(self, code: str, **params: str | int) -> None:
        self.codes.append(code)

    report_again = report

    def outcomes(self) -> list[str]:
        return [event.outcome for event in self.events if isinstance(event, PrintEnded)]


class Wire:
    """Takes `room` bytes at most, and answers a question with `answer`, one in order with `done`."""

    def __init__(self, answer: bytes = WELL, done: bytes = b"\x00", room: int | None = None) -> None:
        self.answer, self.done, self.room = answer, done, room
        self.sent = b""
        self._said = b""

    def write(self, data: bytes) -> int:
        taken = data if self.room is None else data[: self.room]
        if self.room is not None:
            self.room -= len(taken)
        self.sent += taken
        self._said += self.answer * taken.count(b"\x10\x04") + self.done * taken.count(ASK_IN_ORDER)
        return len(taken)

    def read(self, limit_s: float) -> bytes:
        said, self._said = self._said, b""
        return said


@pytest.fixture
def voice() -> Voice:
    return Voice()


def talking(wire: Wire, voice: Voice, confirm: Confirm = "printed") -> tuple[Talk, Orders]:
    """Each look at the clock takes a tenth of a second."""
    clock: Iterator[int] = count(0, TENTH_NS)
    orders = Orders(voice, 3600)
    return Talk(wire, Composer(PaperOptions()), orders, confirm, voice.report, lambda: next(clock)), orders


def test_a_mute_printer_is_lost(voice: Voice) -> None:
    talk, orders = talking(Wire(answer=b""), voice)
    orders.print("a", SALE)
    with pytest.raises(DeviceLost) as lost:
        list(islice(talk.run(False), STEPS))
    assert lost.value.code == "printer_mute"
    assert (voice.outcomes(), talk.looked) == ([], False)


def test_a_printer_without_an_answer_in_order_leaves_it_unknown(voice: Voice) -> None:
    wire = Wire(done=b"")
    talk, orders = talking(wire, voice)
    orders.print("a", SALE)
    list(islice(talk.run(False), STEPS))
    assert voice.outcomes() == ["unknown"]
    assert "receipt_unsure" in voice.codes
    assert not talk.broken


@pytest.mark.parametrize("confirm", ["status", "none"])
def test_less_can_be_asked_of_such_a_printer(voice: Voice, confirm: Confirm) -> None:
    wire = Wire(answer=WELL if confirm == "status" else b"", done=b"")
    talk, orders = talking(wire, voice, confirm)
    orders.print("a", SALE)
    list(islice(talk.run(False), STEPS))
    assert voice.outcomes() == ["printed"]
    assert (b"\x10\x04" in wire.sent, ASK_IN_ORDER in wire.sent) == (confirm == "status", False)


def test_a_printer_that_takes_nothing_more_is_told_and_its_receipt_is_unknown(voice: Voice) -> None:
    wire = Wire(room=20)
    talk, orders = talking(wire, voice)
    orders.print("a", SALE)
    run = talk.run(False)
    list(islice(run, STEPS))
    assert voice.codes[-1] == "printer_stalled"
    assert voice.outcomes() == []
    run.close()
    assert (voice.outcomes(), talk.broken) == (["unknown"], True)


def test_a_receipt_that_was_only_drawn_when_the_talk_ended_is_printed_by_the_next(voice: Voice) -> None:
    wire = Wire()
    talk, orders = talking(wire, voice)
    orders.print("a", SALE)
    run = talk.run(False)
    while orders._spool.current is None:
        next(run)
    run.close()
    assert b"sale" not in wire.sent
    assert (voice.outcomes(), talk.broken) == ([], False)
    again = Talk(Wire(), Composer(PaperOptions()), orders, "printed", voice.report, count(0, TENTH_NS).__next__)
    list(islice(again.run(False), STEPS))
    assert voice.outcomes() == ["printed"]


def test_after_a_receipt_was_cut_off_the_printer_is_filled_up_and_reset_first(voice: Voice) -> None:
    wire = Wire()
    talk, orders = talking(wire, voice)
    orders.print("a", SALE)
    list(islice(talk.run(True), STEPS))
    assert wire.sent.index(bytes(1728) + b"\x1b@") < wire.sent.index(b"sale")


def test_what_cannot_be_printed_is_told_and_the_next_receipt_comes(voice: Voice) -> None:
    talk, orders = talking(Wire(), voice)
    orders.print("a", Receipt((Qr("茶" * 500, level="H"),)))
    orders.print("b", SALE)
    list(islice(talk.run(False), STEPS))
    assert voice.outcomes() == ["not_printed", "printed"]
    assert "receipt_unprintable" in voice.codes


def test_a_thread_that_was_left_behind_tells_once(voice: Voice) -> None:
    talk, orders = talking(Wire(done=b""), voice)
    orders.print("a", SALE)
    run = talk.run(False)
    list(islice(run, 30))
    orders.left()
    run.close()
    assert voice.outcomes() == ["unknown"]
