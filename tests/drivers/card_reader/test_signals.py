"""Buzzers and lights of readers."""

from __future__ import annotations

import threading

import pytest

from drivers.base import CardTapped, Pattern
from drivers.card_reader.reader_signals import ReaderSignals
from drivers.card_reader.signals import KNOWN, Signals, commands_for
from drivers.errors import CardGone
from tests.contracts.beds.played import PlayedBed, PlayedPcsc
from tests.contracts.recorder import Recorder

ACR122 = "ACS ACR122U PICC Interface 00 00"
ACR1252 = "ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 00 00"
LIMIT_S = 30.0
GREEN = "ff00400e0401000101"


@pytest.mark.parametrize(
    ("reader", "pattern", "count"),
    [
        (ACR122, "ok", 1),
        (ACR1252, "refused", 2),
        (ACR122, "busy", 0),
        ("HID Global OMNIKEY 5022 Smart Card Reader 00 00", "ok", 0),
    ],
)
def test_commands_by_model(reader: str, pattern: Pattern, count: int) -> None:
    assert len(commands_for(reader, pattern)) == count


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.model)
def test_each_command_is_as_long_as_it_says(known: Signals) -> None:
    commands = [command for group in known.commands.values() for command in group]
    assert commands
    assert all(len(command) == 5 + command[4] for command in commands)


def bed(**options: bool) -> PlayedBed:
    made = PlayedBed(**options)
    made.pcsc.set(plugged=True, names=[ACR122])
    return made


def tapped(played: PlayedBed) -> int:
    told = Recorder()
    played.driver.start(told)
    told.status("device_ready")
    played.tap("04A1B2C3D4E5F6")
    return told.next(CardTapped).card


def test_the_reader_shows_what_the_light_shows_over_the_cards_own_connection() -> None:
    played = bed(signals=True)
    heard: list[str] = []
    played.pcsc.answer = lambda apdu: (heard.append(apdu.hex()), b"\x90\x00")[1]
    card = tapped(played)
    played.driver.show("ok")
    played.driver.exchange(card, b"\0\0\0\0", 30)
    assert heard == [GREEN, "00000000"]
    assert played.pcsc.said.count("direct") == 0
    played.close()


def test_without_the_option_it_shows_nothing() -> None:
    played = bed()
    card = tapped(played)
    played.driver.show("ok")
    played.driver.exchange(card, b"\0\0\0\0", 30)
    assert [said for said in played.pcsc.said if GREEN in said] == []
    played.close()


def test_a_command_that_is_no_apdu_goes_as_an_escape_command() -> None:
    played = bed(signals=True)
    played.pcsc.set(plugged=True, names=[ACR1252])
    card = tapped(played)
    played.driver.show("refused")
    played.driver.exchange(card, b"\0\0\0\0", 30)
    assert f"{ACR1252} e00000290101" in played.pcsc.said
    assert f"{ACR1252} e00000280132" in played.pcsc.said
    played.close()


@pytest.mark.parametrize("error", [None, 0x80100016])
def test_without_a_card_it_speaks_with_the_reader_and_a_refusal_is_nothing(error: int | None) -> None:
    played, told = bed(signals=True), Recorder()
    played.driver.start(told)
    told.status("device_ready")
    played.pcsc.error = error
    played.driver.show("refused")
    played.driver.close()
    with pytest.raises(CardGone):
        played.driver.exchange(1, b"\0\0\0\0", 30)


class Hanging(PlayedPcsc):
    """Who wants to speak with a reader waits until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.release = threading.Semaphore(0), threading.Event()

    def __call__(self) -> Hanging:
        self.begun.release()
        self.release.wait(LIMIT_S)
        return self


def test_a_command_that_hangs_is_left_behind_and_the_next_one_sent() -> None:
    pcsc = Hanging()
    signals = ReaderSignals(pcsc, hung_s=0)
    for left in (0, 1, 2):
        signals.show(ACR122, "ok", None)
        assert pcsc.begun.acquire(timeout=LIMIT_S)
        assert signals.left_behind == left
    signals.show(ACR122, "ok", None)
    assert signals.left_behind == 2, "there are never more"
    pcsc.release.set()
    signals.close()


def test_a_command_that_takes_its_time_is_waited_for() -> None:
    """The control."""
    pcsc = Hanging()
    signals = ReaderSignals(pcsc, hung_s=LIMIT_S)
    for _ in range(2):
        signals.show(ACR122, "ok", None)
    assert pcsc.begun.acquire(timeout=LIMIT_S)
    assert signals.left_behind == 0
    pcsc.release.set()
    assert pcsc.begun.acquire(timeout=LIMIT_S)
    signals.close()
