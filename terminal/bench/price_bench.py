"""How long a quote takes: against only summing the lines, without and with offers that compete, and as both grow.

A quote only computes, so what is measured is the processor's time of this thread: what else the machine does is not.
"""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import thread_time_ns
from typing import Any

from loyalty import ENGINE, Basket, MemberFacts, Moment, Programme, TillState, price, read_programme
from loyalty.checkout import Checkout
from loyalty.conditions import Conditions, buyer_of
from terminal.bench.price_bench_scenes import Offers, baskets, calm, document, idle, rivals

LINES, OFFERS, COMPETING = 60, 200, 12
GROWTH_LINES, GROWTH_OFFERS = (10, 60, 200, 500), (10, 200, 1000, 2000)
QUICK_LINES, QUICK_OFFERS = (10, 60), (10, 200)
COMPILED = 2000
WARM_UP = 5
NOON = Moment(1_772_337_600_000)  # 2026-03-01 12:00 in Shanghai
MEMBER = MemberFacts("m0001", "gold")
STATE = TillState()


def measure(samples: int, seed: int, *, quick: bool = False) -> dict[str, Any]:
    """All figures; `samples` quotes for each scene. `quick` measures less of the growth. Judges nothing."""
    goods = baskets(seed, LINES, 3 * OFFERS, samples + WARM_UP)
    lines, offers = (QUICK_LINES, QUICK_OFFERS) if quick else (GROWTH_LINES, GROWTH_OFFERS)
    scenes = {"calm": calm(OFFERS), "competing": [*rivals(), *idle(OFFERS - COMPETING)]}
    measured = {name: _scene(made, goods) for name, made in scenes.items()}
    return {
        "engine": ENGINE,
        "seed": seed,
        "lines": LINES,
        "offers": OFFERS,
        "floor": _milliseconds([time for scene in measured.values() for side in scene.values() for time in side.floor]),
        **{name: {who: side.view() for who, side in scene.items()} for name, scene in measured.items()},
        "growth": _growth(lines, offers, max(2, samples // 20), seed),
        "compile": _compile(COMPILED, 2 if quick else 5),
    }


@dataclass
class Measured:
    """Nanoseconds of each quote, and of summing the same lines just before; what the quotes were like."""

    quotes: list[int] = field(default_factory=list)
    floor: list[int] = field(default_factory=list)
    applied: list[int] = field(default_factory=list)
    competing: list[int] = field(default_factory=list)
    proven: int = 0

    def view(self) -> dict[str, Any]:
        times, floor = _milliseconds(self.quotes), _milliseconds(self.floor)
        return {
            **times,
            "ratio": round(times["p50_ms"] / floor["p50_ms"], 1),
            "proven": self.proven,
            "competing": [min(self.competing), max(self.competing)],
            "applied": [min(self.applied), max(self.applied)],
        }


def _scene(offers: Offers, goods: Sequence[Basket]) -> dict[str, Measured]:
    programme = read_programme(document(offers))
    return {"member": _measured(programme, goods, MEMBER), "guest": _measured(programme, goods, None)}


def _measured(programme: Programme, goods: Sequence[Basket], member: MemberFacts | None) -> Measured:
    """Each basket is summed and priced in turn; the first few warm up."""
    found = Measured()
    for number, basket in enumerate(goods):
        begun = thread_time_ns()
        sum(line.gross for line in basket.lines)
        summed = thread_time_ns()
        quote = price(basket, member, programme, NOON, STATE)
        done = thread_time_ns()
        if number >= WARM_UP:
            found.floor.append(summed - begun)
            found.quotes.append(done - summed)
            found.applied.append(len(quote.reasons))
            found.competing.append(_competing(programme, basket, member))
            found.proven += quote.proven
    return found


def _competing(programme: Programme, basket: Basket, member: MemberFacts | None) -> int:
    """How many offers may be applied to this basket."""
    buyer = buyer_of(member, programme, NOON, STATE, frozenset(), frozenset())
    checkout = Checkout(basket.lines, buyer.shopper.tier)
    return len(Conditions(programme.index, buyer, programme.index.touched(basket.lines)).contenders(checkout))


def _growth(lines: Sequence[int], offers: Sequence[int], samples: int, seed: int) -> list[dict[str, Any]]:
    """The median of each size. `relative` is the time for a line and an offer, 1 at 60 lines and 200 offers: what
    stays at or below 1 as both grow is no more than linear in their product."""
    times: dict[tuple[int, int], int] = {}
    for many in offers:
        programme = read_programme(document(calm(many)))
        for count in lines:
            goods = baskets(seed, count, max(3 * many, count), samples + WARM_UP)
            times[count, many] = _rank(_measured(programme, goods, MEMBER).quotes, 50)
    each = times[LINES, OFFERS] / (LINES * OFFERS)
    return [
        {
            "lines": count,
            "offers": many,
            "p50_ms": _shown(time),
            "relative": round(time / (count * many) / each, 3),
        }
        for (count, many), time in times.items()
    ]


def _compile(count: int, samples: int) -> dict[str, Any]:
    """From the text of a programme with `count` offers to one that can price: reading and judging it, and its index."""
    text = json.dumps(document(calm(count)))
    read, index = [], []
    for _ in range(samples):
        begun = thread_time_ns()
        programme = read_programme(text)
        judged = thread_time_ns()
        _ = programme.index
        read.append(judged - begun)
        index.append(thread_time_ns() - judged)
    tracemalloc.start()
    kept = read_programme(text)
    _ = kept.index
    memory, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {
        "offers": len(kept.offers),
        "text_kib": len(text) // 1024,
        "read_ms": _shown(_rank(read, 50)),
        "index_ms": _shown(_rank(index, 50)),
        "memory_kib": memory // 1024,
        "peak_kib": peak // 1024,
    }


def _milliseconds(times: Sequence[int]) -> dict[str, Any]:
    return {
        "samples": len(times),
        "p50_ms": _shown(_rank(times, 50)),
        "p95_ms": _shown(_rank(times, 95)),
        "most_ms": _shown(max(times)),
    }


def _rank(times: Sequence[int], percent: int) -> int:
    """By the nearest rank."""
    ordered = sorted(times)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _shown(nanoseconds: int) -> float:
    return round(nanoseconds / 1_000_000, 4)
