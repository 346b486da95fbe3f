"""A card reader on the bench of whoever issues cards, opened for one command."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from cards.dialogue import Dialogue, converse
from drivers import registry
from drivers.base import CardTapped, DeviceStatus, Driver, Event, ExchangesApdus
from drivers.errors import DeviceLost, DriverError
from drivers.status import status
from terminal.config import DeviceConfig, load
from terminal.errors import ConfigError, DeviceError

T = TypeVar("T")
Tell = Callable[[str], None]
ANSWER_S_MAX = 1.5
PUT_IT_ON = "put the card on the reader"


class CardBench:
    """`tap` waits for cards, `lead` speaks with the one that was tapped last; `tell` hears what a person should do.

    An answer of a card is waited for as long as `answer_s_max`.
    """

    def __init__(self, driver: Driver, tell: Tell, wait_s: int, answer_s_max: float = ANSWER_S_MAX) -> None:
        if not isinstance(driver, ExchangesApdus):
            raise DeviceError(f"{driver.device} can only see cards: issuing needs a reader that speaks with them")
        self._reader, self._tell, self._wait_s, self._answer_s_max = driver, tell, wait_s, answer_s_max
        self._events: queue.Queue[Event] = queue.Queue()
        self._ready = False
        driver.start(self._events.put)

    def tap(self) -> CardTapped:
        """The next card that can be spoken with. Raises DeviceError when none comes in time."""
        if self._ready:
            self._tell(PUT_IT_ON)
        until_ns = time.monotonic_ns() + self._wait_s * 1_000_000_000
        while (left_ns := until_ns - time.monotonic_ns()) > 0:
            try:
                event = self._events.get(timeout=left_ns / 1_000_000_000)
            except queue.Empty:
                break
            if isinstance(event, CardTapped) and event.card:
                return event
            if isinstance(event, CardTapped):
                self._tell("this card can only be seen, not spoken with: take another")
            elif isinstance(event, DeviceStatus):
                self._ready = event.state == "ready"
                self._tell(PUT_IT_ON if self._ready else event.sentence)
        raise DeviceError(f"no card came to the reader within {self._wait_s} s")

    def lead(self, tap: CardTapped, dialogue: Dialogue[T]) -> T:
        """Lead a dialogue with the card. Raises what the dialogue raises, CardGone, CardMute and DeviceError."""
        try:
            return converse(dialogue, lambda apdu: self._reader.exchange(tap.card, apdu, self._answer_s_max))
        except DeviceLost as lost:
            raise DeviceError(status("card_reader", tap.device, lost.code, **lost.params).sentence) from lost


@contextmanager
def opened(config: Path, name: str | None, tell: Tell, wait_s: int) -> Iterator[CardBench]:
    """The reader `name` of a terminal.toml, or its only one. Raises TerminalError."""
    device = _reader(config, name)
    try:
        driver = registry.create(device.kind, device.driver, device.name, device.options)
    except DriverError as error:
        raise DeviceError(f"the driver {device.driver} of {device.name} cannot be had: {error}") from error
    try:
        yield CardBench(driver, tell, wait_s)
    finally:
        driver.close()


def _reader(config: Path, name: str | None) -> DeviceConfig:
    readers = [device for device in load(config).devices if device.kind == "card_reader"]
    found = [device for device in readers if name in (None, device.name)]
    if len(found) == 1:
        return found[0]
    there = ", ".join(device.name for device in readers) or "none"
    raise ConfigError((f"{config}: name one card reader by --reader; there are: {there}",))
