"""Where engine and oracle differ, and the smallest case that still shows it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tests.loyalty.oracle.answer import answer
from tests.loyalty.oracle.cases import case
from tests.loyalty.oracle.engine import by_engine

Rule = dict[str, Any]
Answer = Callable[[Rule], dict[str, Any]]


@dataclass(frozen=True)
class Found:
    """The first case in which two answers differ: its number, and how much of it is needed to show it."""

    number: int
    case: Rule
    differences: dict[str, tuple[Any, Any]]

    def __str__(self) -> str:
        told = "\n".join(f"{key}: expected {wanted}, got {got}" for key, (wanted, got) in self.differences.items())
        return f"case {self.number}, the smallest that differs:\n{json.dumps(self.case, ensure_ascii=False)}\n{told}"


def first_difference(
    numbers: Iterable[int], seed: int, expected: Answer = answer, got: Answer = by_engine
) -> Found | None:
    """The first case of `seed` in which the answers differ, made small; None if they agree on all."""
    for number in numbers:
        drawn = case(seed, number)
        if differences(drawn, expected, got):
            small = smallest(drawn, lambda each: bool(differences(each, expected, got)))
            return Found(number, small, differences(small, expected, got))
    return None


def differences(asked: Rule, expected: Answer = answer, got: Answer = by_engine) -> dict[str, tuple[Any, Any]]:
    """What differs, as (expected, got)."""
    wanted, found = expected(asked), got(asked)
    return {key: (wanted[key], found[key]) for key in wanted if wanted[key] != found[key]}


def smallest(big: Rule, fails: Callable[[Rule], bool]) -> Rule:
    """The case without every line, offer, choice and condition that it fails without."""
    while True:
        smaller = next((each for each in _smaller(big) if fails(each)), None)
        if smaller is None:
            return big
        big = smaller


def _smaller(big: Rule) -> Iterator[Rule]:
    """The case with one thing less, in turn."""
    for path in (("basket", "lines"), ("programme", "offers"), ("programme", "earning")):
        for place in range(len(big[path[0]][path[1]])):
            yield _without(big, *path, place)
    for path in (("basket", "coupons"), ("basket", "removed"), ("state", "lots"), ("state", "used")):
        if big[path[0]].get(path[1]):
            yield _with(big, *path, [])
    if big["basket"]["points"]:
        yield _with(big, "basket", "points", 0)
    for key in ("order_cap", "birthday", "tax", "points", "earning_events"):
        if key in big["programme"]:
            yield _without(big, "programme", key)
    for place, offer in enumerate(big["programme"]["offers"]):
        for key in offer.keys() - _NEEDED:
            yield _without(big, "programme", "offers", place, key)
    for place, line in enumerate(big["basket"]["lines"]):
        yield from (_with(big, "basket", "lines", place, key, 1) for key in ("quantity",) if line[key] > 1)


_NEEDED = {
    "id", "kind", "name", "priority", "prices", "parts", "price", "percent", "rates", "steps", "threshold", "save",
    "buy", "get", "nth", "of", "buys", "amount", "pay",
}  # fmt: skip


def _with(big: Rule, *path_and_value: Any) -> Rule:
    *path, key, value = path_and_value
    changed = deepcopy(big)
    _at(changed, path)[key] = value
    return _consistent(changed)


def _without(big: Rule, *path: Any) -> Rule:
    changed = deepcopy(big)
    del _at(changed, path[:-1])[path[-1]]
    return _consistent(changed)


def _at(value: Any, path: Any) -> Any:
    for key in path:
        value = value[key]
    return value


def _consistent(big: Rule) -> Rule:
    """Drop what points to offers, limits and coupon rules that are gone."""
    offers = {offer["id"]: offer for offer in big["programme"]["offers"]}
    rules = [rule for rule in big["programme"]["coupons"] if rule["offer"] in offers]
    state, names = big["state"], {rule["id"] for rule in rules}
    for what in ("used", "leased"):
        state[what] = [
            each
            for each in state[what]
            if each["offer"] in offers and each.get("limit", -1) < len(offers[each["offer"]].get("limits", []))
        ]
    state["coupons"] = [coupon for coupon in state["coupons"] if coupon["rule"] in names]
    big["programme"]["coupons"] = rules
    return big
