"""The terminal's side of talks with cards: what one devices process was asked for and has not answered yet."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import NoReturn

from drivers.errors import CardGone, CardMute, DeviceLost
from terminal.devices.lines import LIMIT_MS_MAX, Answer, Exchange, exchange_line

READERS_MAX = 64
MARGIN_S = 0.5  # for the way to the reader and back


class Asking:
    """Belongs to one connection, so that no answer of another one can be taken for its own.

    `send` takes a line and raises DeviceLost when it cannot be sent.
    """

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self._cards: dict[str, tuple[int, int]] = {}

    def tapped(self, device: str, card: int) -> None:
        """A card that can be spoken with came. Another devices process counts its cards anew, from 1."""
        if card and (device in self._cards or len(self._cards) < READERS_MAX):
            first, _ = self._cards.get(device, (card, card))
            self._cards[device] = first, card

    async def exchange(self, device: str, card: int, apdu: bytes, limit_s: float) -> bytes:
        """The card's answer. Raises CardGone, CardMute and DeviceLost; see drivers.base.ExchangesApdus."""
        first, last = self._cards.get(device, (1, 0))
        if not first <= card <= last:
            raise CardGone("no such card was tapped since the devices process came")
        number, future = next(self._numbers), asyncio.get_running_loop().create_future()
        limit_ms = min(max(1, round(1000 * limit_s)), LIMIT_MS_MAX)
        self._waiting[number] = future
        try:
            self._send(exchange_line(Exchange(number, device, card, apdu.hex().upper(), limit_ms)))
            async with asyncio.timeout(limit_ms / 1000 + MARGIN_S):
                answer = await future
        except TimeoutError:
            raise CardMute("the devices process does not answer in time") from None
        finally:
            del self._waiting[number]
        if answer.apdu is None:
            _refuse(answer, device)
        return bytes.fromhex(answer.apdu)

    def take(self, answer: Answer) -> None:
        """An answer has come; one that nobody waits for any more is passed over."""
        future = self._waiting.get(answer.id)
        if future is not None and not future.done():
            future.set_result(answer)

    def close(self) -> None:
        """The connection is gone, and with it all that was under way."""
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(DeviceLost("device_away"))


def _refuse(answer: Answer, device: str) -> NoReturn:
    if answer.fault == "card_gone":
        raise CardGone("the card was taken away, or another one came")
    if answer.fault == "card_mute":
        raise CardMute("the card does not answer")
    raise DeviceLost("reader_absent", reader=device)
