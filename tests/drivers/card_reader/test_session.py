"""One tap, one connection: what is held, what is let go, and what breaks."""

from __future__ import annotations

import threading

import pytest

from drivers.card_reader.scard import PcscError
from drivers.card_reader.session import Session, fault_of
from drivers.errors import CardGone, CardMute, DeviceLost
from tests.contracts.beds.played import PlayedPcsc

SELECT = bytes.fromhex("00A4040000")
UID = bytes.fromhex("04A1B2C3D4E5F6")
LONG_S = 30.0


@pytest.fixture
def pcsc() -> PlayedPcsc:
    played = PlayedPcsc()
    played.uid = UID
    return played


def ended(session: Session) -> bool:
    session.close()
    session.join(LONG_S)
    return not session.alive


def test_the_uid_and_the_rest_go_over_one_connection_in_one_transaction(pcsc: PlayedPcsc) -> None:
    session = Session(pcsc, "reader", 1)
    pcsc.answer = lambda apdu: apdu[:1] + b"\x90\x00"
    assert session.uid(LONG_S) == UID
    assert session.exchange(SELECT, LONG_S) == b"\0\x90\x00"
    assert session.exchange(b"\x90\x60\0\0\0", LONG_S) == b"\x90\x90\x00"
    assert ended(session)
    assert pcsc.said == ["connect", "begin", "end", "release"]


def test_others_may_have_the_card_when_nothing_is_said_and_it_is_held_again_after_that(pcsc: PlayedPcsc) -> None:
    session = Session(pcsc, "reader", 1, idle_s=0.001)
    for _ in range(2):
        session.exchange(SELECT, LONG_S)
        tick = threading.Event()
        assert any(pcsc.said[-1] == "end" or tick.wait(0.01) for _ in range(1000))
    assert ended(session)
    assert pcsc.said == ["connect", "begin", "end", "begin", "end", "release"]


def test_a_card_that_moved_while_its_uid_was_read_is_read_again(pcsc: PlayedPcsc) -> None:
    pcsc.read_errors = [0x80100016]
    session = Session(pcsc, "reader", 1)
    assert session.uid(LONG_S) == UID
    assert pcsc.said == ["connect", "begin", "end", "release", "connect", "begin"]
    ended(session)


@pytest.mark.parametrize("error", [0x80100069, 0x80100068, 0x80100016, 0x8010002F])
def test_what_was_under_way_with_a_card_that_was_lost_begins_anew(pcsc: PlayedPcsc, error: int) -> None:
    session = Session(pcsc, "reader", 1)
    session.uid(LONG_S)
    pcsc.read_errors = [error]
    with pytest.raises(CardGone):
        session.exchange(SELECT, LONG_S)
    assert session.exchange(SELECT, LONG_S) == b"\x6d\x00"
    assert "reset" in pcsc.said
    ended(session)


def test_a_card_that_was_taken_away_stays_gone(pcsc: PlayedPcsc) -> None:
    session = Session(pcsc, "reader", 1)
    session.uid(LONG_S)
    pcsc.uid = None
    for _ in range(2):
        with pytest.raises(CardGone):
            session.exchange(SELECT, LONG_S)
    ended(session)


def test_a_card_that_hangs_is_mute_at_once_until_it_answers(pcsc: PlayedPcsc) -> None:
    release, begun = threading.Event(), threading.Event()
    session = Session(pcsc, "reader", 1)
    session.uid(LONG_S)
    pcsc.answer = lambda apdu: (begun.set(), release.wait(), b"\x90\x00")[2]
    while not begun.is_set():  # on a busy machine it may be given up before it began
        with pytest.raises(CardMute):
            session.exchange(SELECT, 0.05)
    with pytest.raises(CardMute):
        session.exchange(SELECT, LONG_S)
    assert session.stuck
    session.close()
    assert session.alive
    release.set()
    session.join(LONG_S)
    assert not session.alive
    assert pcsc.said[-2:] == ["end", "release"]


@pytest.mark.parametrize(
    ("code", "fault", "lost"),
    [
        (0x8010000C, CardGone, ""),
        (0x80100069, CardGone, ""),
        (0x80100066, CardMute, ""),
        (0x80100017, DeviceLost, "reader_absent"),
        (0x8010001D, DeviceLost, "pcscd_absent"),
        (0x8010006A, DeviceLost, "pcscd_refused"),
        (0x80100001, DeviceLost, "reader_failed"),
    ],
)
def test_errors(code: int, fault: type[Exception], lost: str) -> None:
    error = fault_of(PcscError(code), "reader")
    assert type(error) is fault
    assert getattr(error, "code", "") == lost
