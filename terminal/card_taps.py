"""Cards at the readers: each is spoken with as far as it must be, and then the till is told. The till never waits.

The till's thread says what a card must be asked and judges the answer; the talk between is led in the event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

from cards.atr import Kind, card_type
from drivers.errors import CardGone, CardMute, DeviceLost
from protocol.links import LinkAnswer, LinkVerdict
from terminal.code_scans import AskHq, silent
from terminal.counter.by_card import KEY_AWAY, MUTE, Asked, Draw, KeyAway, Question, Said, question
from terminal.counter.card_talk import PATIENCE, Patience, converse
from terminal.counter.consumer import Busy
from terminal.counter.desk import Tap
from terminal.counter.link_talk import CardLink, asked_of_hq, link_wanted
from terminal.counter.phrase import Refusal
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
Exchange = Callable[[str, int, bytes, float], Awaitable[bytes]]
FetchKey = Callable[[str], Awaitable[bool]]  # whether the key of the card with this UID came from HQ, in time


async def away(_uid: str) -> bool:
    """No key ever comes."""
    return False


@dataclass(frozen=True)
class Seen:
    """A card at the reader `device`, its ATR in hex. `card` is its tap number there, 0 if it cannot be spoken with."""

    device: str
    uid: str = field(repr=False)
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

    At each reader the newest card counts: what an earlier one still says is dropped. The key of a card that was
    greeted without one is asked for by `fetch_key`, and the card is asked when it comes, if it is still there.
    Where it does not come, `ask_hq` says what the card's link proves. `patience` is what each card is shown.
    """

    def __init__(
        self,
        station: Station,
        exchange: Exchange,
        draw: Draw,
        fetch_key: FetchKey = away,
        ask_hq: AskHq = silent,
        patience: Patience = PATIENCE,
    ) -> None:
        self._station, self._exchange, self._draw = station, exchange, draw
        self._fetch_key, self._ask_hq, self._patience = fetch_key, ask_hq, patience
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
        for talk in self._talks.values():
            talk.cancel()
        await self.settle()

    async def settle(self) -> None:
        """Until no card is spoken with and no key is waited for."""
        await asyncio.gather(*self._talks.values(), return_exceptions=True)

    async def _talk(self, seen: Seen, asked: Future[Asked | KeyAway | None]) -> None:
        wanted = await asyncio.shield(asyncio.wrap_future(asked))  # the till sees each card, also one that is dropped
        try:
            if wanted is KEY_AWAY:
                await self._lift(seen)
            elif wanted is not None:
                await self._ask(seen, wanted)
        except Busy as error:
            log.warning("a card at %s was dropped: %s", seen.device, error)

    async def _ask(self, seen: Seen, wanted: Asked) -> None:
        begun_ns = time.monotonic_ns()
        try:
            said = await self._said(seen, wanted)
            self._station.card(seen.uid, seen.technology, seen.tap, said, time.monotonic_ns() - begun_ns)
        except (CardGone, DeviceLost):
            self._station.card_pulled(seen.tap)

    async def _lift(self, seen: Seen) -> None:
        """The card was greeted already; one that leaves before its key comes stays what it was."""
        if not await self._fetch_key(seen.uid.upper()):
            await self._by_link(seen)
            return
        asked = self._station.ask(lambda desk: question(desk.shop, seen.uid, seen.technology))
        with contextlib.suppress(Refusal, CardGone, DeviceLost):
            wanted = await asyncio.wrap_future(asked)
            if isinstance(wanted, Question):
                said = await self._said(seen, wanted)
                self._station.lift(seen.uid, seen.technology, seen.tap, said)

    async def _by_link(self, seen: Seen) -> None:
        """No key comes for a traveller's card; HQ can say what its link proves."""
        with contextlib.suppress(Refusal, CardGone, DeviceLost):
            wanted = await asyncio.wrap_future(self._station.ask(lambda desk: link_wanted(desk.shop, seen.uid)))
            if wanted is None:
                return
            said = await self._said(seen, wanted)
            asked = await asyncio.wrap_future(self._station.ask(lambda desk: asked_of_hq(desk.shop, seen.uid, said)))
            answer = None if asked is None else await self._ask_hq(asked)
            if isinstance(answer, LinkAnswer) and answer.verdict is not LinkVerdict.UNKNOWN:
                self._station.lift(seen.uid, seen.technology, seen.tap, replace(said, hq=answer))

    async def _said(self, seen: Seen, wanted: Asked | CardLink) -> Said:
        async def exchange(apdu: bytes, limit_s: float) -> bytes:
            return await self._exchange(seen.device, seen.card, apdu, limit_s)

        try:
            return await converse(wanted.dialogue(self._draw), exchange, self._patience)
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
