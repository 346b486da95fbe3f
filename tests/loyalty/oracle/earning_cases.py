"""Random rules of earning: rates and coefficients, sets for target groups, events, and what the base is."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.loyalty.oracle.offer_cases import NAME, audience, selection

Rule = dict[str, Any]


def earning(draw: Random) -> Rule:
    """The keys of a programme that say what is earned."""
    found: Rule = {"earning": [_rule(draw, f"e{place}") for place in range(draw.choice((0, 1, 1, 2)))]}
    if draw.random() < 0.2:
        found["earning_sets"] = [_set(draw, "s1"), _set(draw, "s2")]
        for rule in found["earning"]:
            rule["set"] = draw.choice(("s1", "s2"))
    if draw.random() < 0.2:
        found["earning_events"] = [_event(draw, f"v{place}") for place in range(draw.choice((1, 1, 2)))]
    if draw.random() < 0.2:
        found["points"] = {"base": draw.choice(("gross", "net"))}
    return found


def _rule(draw: Random, id: str) -> Rule:
    kind = draw.choice(("rate", "rate", "rate", "each_full", "per_unit", "per_order"))
    rule: Rule = {"id": id, "name": NAME, "by_tier": draw.random() < 0.5}
    if kind in ("rate", "each_full"):
        rule["points"], rule["per"] = draw.choice(((1, 1000), (1, 100), (1, 10), (2, 3), (5, 1)))
    else:
        rule["points"] = draw.choice((1, 3, 20))
    if kind != "rate" or draw.random() < 0.3:
        rule["kind"] = kind
    if draw.random() < 0.3:
        rule |= selection(draw)
    if draw.random() < 0.15:
        rule |= audience(draw)
    if draw.random() < 0.1:
        rule["threshold"] = draw.choice((1, 100, 500))
    if draw.random() < 0.1:
        rule["most"] = draw.choice((1, 5, 50))
    return rule


def _set(draw: Random, id: str) -> Rule:
    return {"id": id, "name": NAME, "priority": draw.randint(1, 2), **audience(draw)}


def _event(draw: Random, id: str) -> Rule:
    event: Rule = {"id": id, "name": NAME, "factor": draw.choice(([2, 1], [3, 2], [1, 2], [0, 1]))}
    if draw.random() < 0.4:
        event |= selection(draw)
    return event if draw.random() < 0.5 else {**event, **audience(draw)}
