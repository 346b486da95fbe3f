"""The corpus: a few programmes from a seed, many baskets for each, and the files that hold them.

A file is one programme: its first line is the document, every other line one basket with its quote, as canonical JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from loyalty import to_json
from protocol import canonical
from tests.loyalty.oracle import cases, offer_cases, state_cases
from tests.loyalty.oracle.engine import quote
from tests.loyalty.oracle.search import KINDS

Rule = dict[str, Any]

HERE = Path(__file__).parent
SEED = 12
BASKETS = 40  # of each programme
PROGRAMMES = (  # the name of the file, the currency, how tax goes, how many offers
    ("yuan", "CNY", "inclusive", 9),
    ("yuan-many-offers", "CNY", "inclusive", 30),
    ("yuan-no-tax", "CNY", None, 8),
    ("yen", "JPY", "exclusive", 9),
    ("yen-inclusive", "JPY", "inclusive", 8),
    ("dinar", "KWD", "exclusive", 9),
    ("dinar-no-tax", "KWD", None, 8),
    ("euro", "EUR", "inclusive", 9),
)


def files() -> Iterator[tuple[Path, bytes]]:
    """Every file of the corpus, as it should be."""
    for name, *about in PROGRAMMES:
        programme, baskets = _draw(name, *about)
        lines = [canonical.encode(programme)]
        lines += [pinned({"programme": programme, **basket}) for basket in baskets]
        yield HERE / f"{name}.jsonl", b"".join(line + b"\n" for line in lines)


def pinned(case: Rule) -> bytes:
    """One basket with its quote, without the programme."""
    basket = {key: value for key, value in case.items() if key != "programme"}
    return canonical.encode({**basket, "quote": to_json(quote(case))})


def read() -> Iterator[tuple[str, Rule, bytes]]:
    """The name, the case and the pinned bytes of every basket on disk."""
    for path in sorted(HERE.glob("*.jsonl")):
        first, *rest = path.read_bytes().splitlines()
        for number, line in enumerate(rest, 1):
            case = {**json.loads(line), "programme": json.loads(first)}
            del case["quote"]
            yield f"{path.stem}:{number}", case, line


def _draw(name: str, currency: str, tax: str | None, count: int) -> tuple[Rule, list[Rule]]:
    draw = Random(f"{SEED}/{name}")
    kinds = draw.sample(list(KINDS), min(count, len(KINDS)))
    kinds += draw.choices(list(KINDS), k=count - len(kinds))
    shelf = offer_cases.Shelf(draw.choice((400, 1000, 3000)), draw.choice((50, 200, 333)))
    offers = [offer_cases.offer(draw, f"o{place}", shelf, kind) for place, kind in enumerate(kinds)]
    conditions = offer_cases.conditions(draw)
    for place, condition in enumerate(draw.sample(conditions, count // 3)):
        offers[place] = offer_cases.with_condition(offers[place], condition)
    programme = cases.programme(draw, offers) | {"currency": currency}
    programme["tiers"][1]["threshold"] = 100_000
    programme["tier_policy"] = {"metric": "spend", "window": "calendar_year"}
    programme.pop("tax", None)
    if tax:
        programme["tax"] = {**cases.tax(draw), "mode": tax}
    return programme, [_basket(draw, programme) for _ in range(BASKETS)]


def _basket(draw: Random, programme: Rule) -> Rule:
    lines = cases.basket_lines(draw)
    member, moment = state_cases.member(draw), state_cases.moment(draw)
    if member and draw.random() < 0.5:
        member["qualifying"] = draw.choice((0, 70_000, 100_000))
    state, codes = state_cases.state(draw, programme, member, moment)
    asked = draw.choice((0, 1, 10, 100, 250, 10_000))
    removed = [offer["id"] for offer in programme["offers"] if draw.random() < 0.05]
    basket = {"lines": lines, "removed": removed, "points": asked, "coupons": codes}
    return {"basket": basket, "member": member, "state": state, "moment": moment}
