"""An act for an intent, at most once: the recorded answer first, then what HQ can still place here, then the act."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from terminal.counter.act import recorded
from terminal.counter.desk import Desk
from terminal.counter.shop import Shop
from terminal.counter.station import Station


async def once(
    station: Station,
    intent: str,
    body: object,
    prepare: Callable[[], Awaitable[object]],
    act: Callable[[Shop], dict[str, Any]],
) -> dict[str, Any]:
    """The receipt. An intent that was answered asks nobody again. Raises what `act` raises, and IntentConflict."""
    done = await asyncio.wrap_future(station.ask(lambda desk: recorded(desk.shop, intent, body)))
    if done is None:
        await prepare()
        done = await asyncio.wrap_future(station.do(lambda desk: _booked(desk, act), shown=False))
    return {"receipt": done}


def _booked(desk: Desk, act: Callable[[Shop], dict[str, Any]]) -> dict[str, Any]:
    """What was answered before, as to the same request a moment ago, is not printed again."""
    before = desk.shop.ledger.next_seq()
    receipt = act(desk.shop)
    if desk.shop.ledger.next_seq() != before:
        desk.paper.booked(desk.shop, receipt, pos=True)
    return receipt
