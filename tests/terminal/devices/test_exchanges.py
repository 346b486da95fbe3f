"""Whose turn it is at a busy reader, and what becomes of answers that come when the terminal is another one."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from drivers.base import Emit, Kind
from drivers.errors import CardGone, CardMute
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


def test_a_reader_that_is_away_or_busy_with_this_card_answers_at_once() -> None:
    reader = Slow()
    exchanges = Exchanges(lambda: None)
    exchanges.begin([reader], ASK)
    exchanges.begin([reader], Exchange(8, "counter", 1, "00A4040000", 1500))
    exchanges.begin([reader], Exchange(9, "other", 1, "00A4040000", 1500))
    assert exchanges.take() == [Answer(8, fault="card_mute"), Answer(9, fault="device_lost")]
    reader.release.set()
    exchanges.close()


class Pulled(Slow):
    """Card 1 was pulled, and its call ends when it is released; whatever came after it answers as `then` does."""

    def __init__(self, then: Callable[[float], bytes] = lambda _limit_s: b"\x90\x00") -> None:
        super().__init__()
        self._then = then

    def exchange(self, card: int, apdu: bytes, limit_s: float) -> bytes:
        if card > 1:
            return self._then(limit_s)
        super().exchange(card, apdu, limit_s)
        raise CardGone


class Waiting:
    """Exchanges with card 1 under way, at a clock that is set by hand."""

    def __init__(self, reader: Slow) -> None:
        self.reader, self.now_ns = reader, 0
        self._woken = threading.Semaphore(0)
        self._exchanges = Exchanges(self._woken.release, lambda: self.now_ns)
        self.ask(1)
        assert reader.begun.wait(LIMIT_S)

    def ask(self, card: int, limit_ms: int = 1500) -> None:
        """`card` is the answer's number, too."""
        self._exchanges.begin([self.reader], Exchange(card, "counter", card, "00A4040000", limit_ms))

    def take(self) -> list[Answer]:
        return self._exchanges.take()

    def release(self, answers: int) -> list[Answer]:
        """Let card 1's call end, and wait until there are so many answers."""
        self.reader.release.set()
        for _ in range(answers):
            assert self._woken.acquire(timeout=LIMIT_S)
        return self.take()

    def forget(self) -> None:
        self._exchanges.forget()

    def close(self) -> None:
        self.reader.release.set()
        self._exchanges.close()


def test_a_card_that_came_while_the_last_ones_call_lasts_waits_for_its_turn() -> None:
    limits: list[float] = []
    waiting = Waiting(Pulled(lambda limit_s: (limits.append(limit_s), b"\x90\x00")[1]))
    waiting.ask(2)
    assert waiting.take() == []
    waiting.now_ns = 500_000_000
    assert waiting.release(2) == [Answer(1, fault="card_gone"), Answer(2, "9000")]
    assert limits == [1.0]
    waiting.close()


def test_of_two_cards_that_wait_the_newest_gets_the_turn() -> None:
    waiting = Waiting(Pulled())
    waiting.ask(2)
    waiting.ask(3)
    assert waiting.take() == [Answer(2, fault="card_gone")]
    assert Answer(3, "9000") in waiting.release(3)
    waiting.close()


def test_a_card_that_gets_no_turn_in_time_is_gone_and_not_mute() -> None:
    waiting = Waiting(Pulled())
    waiting.ask(2)
    waiting.now_ns = 1_499_999_999
    assert waiting.take() == []
    waiting.now_ns += 1
    assert waiting.take() == [Answer(2, fault="card_gone")]
    assert waiting.release(1) == [Answer(1, fault="card_gone")]
    waiting.close()


def test_a_card_whose_turn_comes_too_late_is_not_spoken_with() -> None:
    spoken: list[float] = []
    waiting = Waiting(Pulled(lambda limit_s: (spoken.append(limit_s), b"\x90\x00")[1]))
    waiting.ask(2)
    waiting.now_ns = 1_500_000_000
    assert waiting.release(2) == [Answer(1, fault="card_gone"), Answer(2, fault="card_gone")]
    assert spoken == []
    waiting.close()


def mute(_limit_s: float) -> bytes:
    raise CardMute


def test_a_card_that_had_only_the_rest_of_its_time_is_not_called_mute() -> None:
    waiting = Waiting(Pulled(mute))
    waiting.ask(2)
    assert waiting.release(2)[1] == Answer(2, fault="card_gone")
    waiting.close()


def test_a_card_that_had_all_its_time_is_called_mute() -> None:
    """The control."""
    waiting = Waiting(Pulled(mute))
    assert waiting.release(1) == [Answer(1, fault="card_gone")]
    waiting.ask(2)
    assert waiting.release(1) == [Answer(2, fault="card_mute")]
    waiting.close()


def test_a_turn_that_a_terminal_waited_for_goes_with_it() -> None:
    waiting = Waiting(Pulled(mute))
    waiting.ask(2)
    waiting.forget()
    waiting.now_ns = 2_000_000_000
    assert waiting.release(1) == []
    waiting.close()
