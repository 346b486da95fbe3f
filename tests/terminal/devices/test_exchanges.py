"""What becomes of answers that come when the terminal is another one."""

from __future__ import annotations

import threading

import pytest

from drivers.base import Emit, Kind
from terminal.devices.exchanges import Exchanges
from terminal.devices.lines import Answer, Exchange

ASK = Exchange(7, "counter", 1, "00A4040000", 1500)
LIMIT_S = 30.0


class Slow:
    """A reader whose card answers when it is released."""

    kind: Kind = "card_reader"
    device = "counter"
    beat_ns = 0

    def __init__(self) -> None:
        self.begun, self.release = threading.Event(), threading.Event()

    def exchange(self, card: int, apdu: bytes, limit_s: float) -> bytes:
        self.begun.set()
        self.release.wait(LIMIT_S)
        return b"\x90\x00"

    def start(self, emit: Emit) -> None:
        """Nothing to begin."""

    def close(self) -> None:
        """Nothing to let go."""


@pytest.mark.parametrize(("terminals", "answers"), [(1, [Answer(7, "9000")]), (2, [])])
def test_an_answer_is_for_the_terminal_that_asked(terminals: int, answers: list[Answer]) -> None:
    reader, woken = Slow(), threading.Event()
    exchanges = Exchanges(woken.set)
    exchanges.begin([reader], ASK)
    assert reader.begun.wait(LIMIT_S)
    for _ in range(terminals - 1):
        exchanges.forget()
    reader.release.set()
    assert woken.wait(LIMIT_S)
    assert exchanges.take() == answers
    assert exchanges.take() == []
    exchanges.close()


def test_a_reader_that_is_busy_or_away_answers_at_once() -> None:
    reader = Slow()
    exchanges = Exchanges(lambda: None)
    exchanges.begin([reader], ASK)
    exchanges.begin([reader], Exchange(8, "counter", 1, "00A4040000", 1500))
    exchanges.begin([reader], Exchange(9, "other", 1, "00A4040000", 1500))
    assert exchanges.take() == [Answer(8, fault="card_mute"), Answer(9, fault="device_lost")]
    reader.release.set()
    exchanges.close()
