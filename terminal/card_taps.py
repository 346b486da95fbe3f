"""Cards at the readers: each is spoken with as far as it must be, and then the till is told. The till never waits.

The till's thread says what a card must be asked and judges the answer; the talk between is led in the event loop.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass

from cards.atr import Kind, card_type
from drivers.errors import CardGone, CardMute, DeviceLost
from terminal.counter.by_card import MUTE, Asked, Draw, Said
from terminal.counter.card_talk import converse
from terminal.counter.consumer import Busy
from terminal.counter.desk import Tap
from terminal.counter.station import Station

log = logging.getLogger(__name__)
_MEMORY = frozenset(
    {
        Kind.MIFARE_CLASSIC_1K,
        Kind.MIFARE_CLASSIC_4K,
        Kind.MIFARE_MINI,
        Kind.MIFARE_PLUS_CLASSIC,
        Kind.ULTRALIGHT,
        Kind.ULTRALIGHT_C,
        Kind.FELICA,
        Kind.ISO15693,
        Kind.STORAGE,
        Kind.SLE4442,
        Kind.SLE4428,
    }
)
TALK_S_MAX = 3.0  # a challenge takes some 15 ms; a member does not hold a card longer
Exchange = Callable[[str, int, bytes, float], Awaitable[bytes]]


@dataclass(frozen=True)
class Seen:
    """A card at the reader `device`, its ATR in hex. `card` is its tap number there, 0 if it cannot be spoken with."""

    device: str
    uid: str
    technology: str
    card: int
    tap: Tap
    atr: str = ""

    @property
    def speaks(self) -> bool:
        """Whether it may answer a question; a card that is only memory would be taken for one that was pulled."""
        return self.card > 0 and card_type(bytes.fromhex(self.atr)).kind not in _MEMORY


class CardTaps:
    """Call everything in the event loop. `exchange` is as `terminal.devices.hub.DeviceHub.exchange`.

    At each reader the newest card counts: what an earlier one still says is dropped.
    """

    def __init__(self, station: Station, exchange: Exchange, draw: Draw) -> None:
        self._station, self._exchange, self._draw = station, exchange, draw
        self._talks: dict[str, asyncio.Task[None]] = {}

    def tapped(self, seen: Seen) -> None:
        """A card came. Raises Busy where the till's queue is full."""
        self._drop(seen.device)
        if not seen.speaks:
            self._station.card(seen.uid, seen.technology, seen.tap)
            return
        asked = self._station.question(seen.uid, seen.technology, seen.tap)
        talk = asyncio.get_running_loop().create_task(self._talk(seen, asked))
        self._talks[seen.device] = talk
        talk.add_done_callback(lambda done: self._over(seen.device, done))

    async def close(self) -> None:
        """Let go of all cards."""
        talks = list(self._talks.values())
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)

    async def _talk(self, seen: Seen, asked: Future[Asked | None]) -> None:
        question = await asyncio.shield(asyncio.wrap_future(asked))  # the till sees each card, also one that is dropped
        if question is None:
            return
        begun_ns = time.monotonic_ns()
        try:
            said = await self._said(seen, question)
            self._station.card(seen.uid, seen.technology, seen.tap, said, time.monotonic_ns() - begun_ns)
        except (CardGone, DeviceLost):
            self._station.card_pulled(seen.tap)
        except Busy as error:
            log.warning("a card at %s was dropped: %s", seen.device, error)

    async def _said(self, seen: Seen, question: Asked) -> Said:
        async def exchange(apdu: bytes, limit_s: float) -> bytes:
            return await self._exchange(seen.device, seen.card, apdu, limit_s)

        try:
            return await converse(question.dialogue(self._draw), exchange, TALK_S_MAX)
        except CardMute:
            return MUTE

    def _drop(self, device: str) -> None:
        talk = self._talks.pop(device, None)
        if talk is not None:
            talk.cancel()

    def _over(self, device: str, done: asyncio.Task[None]) -> None:
        if self._talks.get(device) is done:
            del self._talks[device]
        if not done.cancelled() and done.exception() is not None:
            log.error("a talk with a card failed", exc_info=done.exception())
