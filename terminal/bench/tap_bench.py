"""How long a tap takes: from the driver's event to the stream, and to the painted page."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date
from typing import Any

from drivers.virtual.client import send
from terminal.bench import browser
from terminal.bench.layout import Layout
from terminal.bench.measure import figures, machine
from terminal.bench.page import sample_cards
from terminal.bench.till_client import TillClient
from terminal.bench.world import World

PAINTS = "() => window.stillpointPaints"
PAINTED = "(count) => new Set(window.stillpointPaints.map((paint) => paint.tap_id)).size >= count"


async def measure(layout: Layout, today: date, pos_token: str, samples: int) -> dict[str, Any]:
    """Tap `samples` times in a world of its own; times in microseconds."""
    layout.prepare(pos_token)
    world = World(layout, today)
    try:
        await world.start()
        return await asyncio.to_thread(_measure, world, samples)
    finally:
        await world.close()


def _measure(world: World, samples: int) -> dict[str, Any]:
    cards = [card["uid"] for card in sample_cards() if card["home_store"] == world.store][:4]
    with ExitStack() as stack:
        till = stack.enter_context(TillClient(world.member_url, "member"))
        page = stack.enter_context(browser.page_at(world.member_url)) if browser.available() else None
        till.until(lambda view: "member_screen" in view)
        taps, streamed = _tap(world, till, cards, samples, page)
        painted = _painted(page, taps) if page is not None else None
    return {
        "bench": "tap",
        "event_to_stream": figures(streamed),
        "event_to_painted": figures(painted) if painted else None,
        "note": None if painted else "no Chromium or playwright here: painting was not measured",
        "machine": machine(),
    }


def _tap(
    world: World, till: TillClient, cards: Sequence[str], samples: int, page: Any
) -> tuple[dict[str, int], list[int]]:
    """Each tap waits for its view and its paint before the next; returns event times by tap id, and stream times."""
    taps: dict[str, int] = {}
    streamed = []
    for number in range(samples):
        send(world.layout.socket("card_reader"), {"tap": cards[number % len(cards)]})
        view = till.until(lambda view: view["tap"] is not None and view["tap"]["id"] not in taps)
        streamed.append(time.monotonic_ns() - view["tap"]["at_ns"])
        taps[view["tap"]["id"]] = view["tap"]["at_ns"]
        if page is not None:
            page.wait_for_function(PAINTED, arg=len(taps))
    return taps, streamed


def _painted(page: Any, taps: dict[str, int]) -> list[int]:
    """The page tells wall-clock milliseconds; the driver's clock is the monotonic one: bring both together."""
    offset_ns = time.time_ns() - time.monotonic_ns()
    first: dict[str, int] = {}
    for paint in page.evaluate(PAINTS):
        first.setdefault(paint["tap_id"], round(paint["painted_at"] * 1_000_000) - offset_ns)
    return [first[tap] - at_ns for tap, at_ns in taps.items() if tap in first]
