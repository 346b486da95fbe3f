"""The devices' side of talks with cards: carries APDUs to the readers and keeps the answers until they are sent."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from drivers.base import Driver, ExchangesApdus
from drivers.courier import Courier
from drivers.errors import CardGone, CardMute, DeviceLost
from terminal.devices.lines import LINK_APDU_BYTES_MAX, Answer, CardFault, Exchange

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Turn:
    """An exchange for one terminal, which waits for the answer until `due_ns`."""

    reader: ExchangesApdus
    ask: Exchange
    terminal: int
    due_ns: int


class Exchanges:
    """One exchange at a time for each reader, in a thread of its own, so that a slow card holds up nobody else.

    A card that was pulled may keep its reader busy for a while. The newest card then waits for its turn, at most for
    its limit. One that gets no turn, or too short a one, is told as gone: nothing is known of it, and "mute" would
    accuse it. `begin`, `take` and `forget` belong to one thread; `wake` is called from others when there is something
    to take.
    """

    def __init__(self, wake: Callable[[], None], now_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._wake = wake
        self._now_ns = now_ns
        self._lock = threading.Lock()
        self._terminal = 0
        self._answers: list[Answer] = []
        self._couriers: dict[str, Courier] = {}
        self._under_way: dict[str, int] = {}  # the card that each busy reader is busy with
        self._waiting: dict[str, _Turn] = {}

    def begin(self, drivers: Iterable[Driver], ask: Exchange) -> None:
        """Carry `ask` to its reader. A reader that is not there, or busy with the same card, answers at once."""
        reader = next(
            (each for each in drivers if each.device == ask.device and isinstance(each, ExchangesApdus)), None
        )
        if reader is None:
            self._put(Answer(ask.id, fault="device_lost"), self._terminal)
            return
        turn = _Turn(reader, ask, self._terminal, self._now_ns() + ask.limit_ms * 1_000_000)
        if self._is_free(turn):
            self._courier(ask.device).post(lambda: self._carry(turn))

    def take(self) -> list[Answer]:
        """The answers that are to be sent now; to be called a few times a second, for the sake of those who wait."""
        with self._lock:
            for device in [device for device, turn in self._waiting.items() if turn.due_ns <= self._now_ns()]:
                self._answers.append(_no_turn(self._waiting.pop(device)))
            answers, self._answers = self._answers, []
        return answers

    def forget(self) -> None:
        """The terminal is new: it asked for none of what is under way."""
        with self._lock:
            self._terminal += 1
            self._answers.clear()
            self._waiting.clear()

    def close(self) -> None:
        for courier in self._couriers.values():
            courier.close()

    def _courier(self, device: str) -> Courier:
        if device not in self._couriers:
            self._couriers[device] = Courier(f"exchange.{device}")
        return self._couriers[device]

    def _is_free(self, turn: _Turn) -> bool:
        """Whether the reader is free for `turn`, which has it then. If not, the turn waits, or was answered."""
        device, card = turn.ask.device, turn.ask.card
        with self._lock:
            busy_with = self._under_way.get(device)
            if busy_with is None:
                self._under_way[device] = card
                return True
            if busy_with == card:
                answer = Answer(turn.ask.id, fault="card_mute")
            else:
                displaced, self._waiting[device] = self._waiting.get(device), turn
                if displaced is None:
                    return False
                answer = _no_turn(displaced)
        self._put(answer, turn.terminal)
        return False

    def _carry(self, first: _Turn) -> None:
        """In the reader's thread: one turn, and then those that came meanwhile."""
        turn: _Turn | None = first
        while turn is not None:
            answer = self._served(turn, waited=turn is not first)
            device = turn.ask.device
            with self._lock:
                following = self._waiting.pop(device, None)
                if following is None:
                    del self._under_way[device]
                else:
                    self._under_way[device] = following.ask.card
            self._put(answer, turn.terminal)
            turn = following

    def _served(self, turn: _Turn, waited: bool) -> Answer:
        if not waited:
            return _answered(turn.reader, turn.ask, turn.ask.limit_ms / 1000)
        left_ns = turn.due_ns - self._now_ns()
        if left_ns <= 0:
            return _no_turn(turn)
        answer = _answered(turn.reader, turn.ask, left_ns / 1_000_000_000)
        return _no_turn(turn) if answer.fault == "card_mute" else answer

    def _put(self, answer: Answer, terminal: int) -> None:
        with self._lock:
            if terminal == self._terminal:
                self._answers.append(answer)
        self._wake()


def _no_turn(turn: _Turn) -> Answer:
    return Answer(turn.ask.id, fault="card_gone")


def _answered(reader: ExchangesApdus, ask: Exchange, limit_s: float) -> Answer:
    fault: CardFault = "device_lost"
    try:
        apdu = reader.exchange(ask.card, bytes.fromhex(ask.apdu), limit_s)
        if 2 <= len(apdu) <= LINK_APDU_BYTES_MAX:
            return Answer(ask.id, apdu.hex().upper())
        fault = "card_mute"
    except CardGone:
        fault = "card_gone"
    except CardMute:
        fault = "card_mute"
    except DeviceLost as lost:
        log.info("the reader %s was lost while a card was spoken with: %s", ask.device, lost.code)
    except Exception as error:  # noqa: BLE001 - a driver's bug ends this talk, never the other devices
        log.error("the driver of %s failed while a card was spoken with: %s", ask.device, type(error).__name__)
    return Answer(ask.id, fault=fault)
