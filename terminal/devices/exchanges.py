"""The devices' side of talks with cards: carries APDUs to the readers and keeps the answers until they are sent."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable

from drivers.base import Driver, ExchangesApdus
from drivers.courier import Courier
from drivers.errors import CardGone, CardMute, DeviceLost
from terminal.devices.lines import LINK_APDU_BYTES_MAX, Answer, CardFault, Exchange

log = logging.getLogger(__name__)


class Exchanges:
    """One exchange at a time for each reader, in a thread of its own, so that a slow card holds up nobody else.

    `begin`, `take` and `forget` belong to one thread; `wake` is called from others when there is something to take.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._lock = threading.Lock()
        self._terminal = 0
        self._answers: list[Answer] = []
        self._couriers: dict[str, Courier] = {}
        self._busy: set[str] = set()

    def begin(self, drivers: Iterable[Driver], ask: Exchange) -> None:
        """Carry `ask` to its reader. A reader that is not there, or busy with another exchange, answers at once."""
        reader = next(
            (each for each in drivers if each.device == ask.device and isinstance(each, ExchangesApdus)), None
        )
        if reader is None:
            self._put(Answer(ask.id, fault="device_lost"), self._terminal)
            return
        with self._lock:
            busy = ask.device in self._busy
            self._busy.add(ask.device)
        if busy:
            self._put(Answer(ask.id, fault="card_mute"), self._terminal)
            return
        if ask.device not in self._couriers:
            self._couriers[ask.device] = Courier(f"exchange.{ask.device}")
        courier, terminal = self._couriers[ask.device], self._terminal
        courier.post(lambda: self._carry(reader, ask, terminal))

    def take(self) -> list[Answer]:
        """The answers that are to be sent now."""
        with self._lock:
            answers, self._answers = self._answers, []
        return answers

    def forget(self) -> None:
        """The terminal is new: it asked for none of what is under way."""
        with self._lock:
            self._terminal += 1
            self._answers.clear()

    def close(self) -> None:
        for courier in self._couriers.values():
            courier.close()

    def _carry(self, reader: ExchangesApdus, ask: Exchange, terminal: int) -> None:
        answer = _answered(reader, ask)
        with self._lock:
            self._busy.discard(ask.device)
        self._put(answer, terminal)

    def _put(self, answer: Answer, terminal: int) -> None:
        with self._lock:
            if terminal == self._terminal:
                self._answers.append(answer)
        self._wake()


def _answered(reader: ExchangesApdus, ask: Exchange) -> Answer:
    fault: CardFault = "device_lost"
    try:
        apdu = reader.exchange(ask.card, bytes.fromhex(ask.apdu), ask.limit_ms / 1000)
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
