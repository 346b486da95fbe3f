"""Where engine and oracle differ, and the smallest case that still shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from tests.loyalty.oracle import engine
from tests.loyalty.oracle.answer import answer

Rule = dict[str, Any]
Answer = Callable[[Rule], dict[str, Any]]


def by_engine(case: Rule) -> dict[str, Any]:
    return engine.seen(engine.quote(case))


def differences(case: Rule, expected: Answer = answer, got: Answer = by_engine) -> dict[str, tuple[Any, Any]]:
    """What differs, as (expected, got)."""
    wanted, found = expected(case), got(case)
    return {key: (wanted[key], found[key]) for key in wanted if wanted[key] != found[key]}


def smallest(case: Rule, fails: Callable[[Rule], bool]) -> Rule:
    """The case without every line, offer, choice and condition that it fails without."""
    while True:
        smaller = next((each for each in _smaller(case) if fails(each)), None)
        if smaller is None:
            return case
        case = smaller


def _smaller(case: Rule) -> Iterator[Rule]:
    """The case with one thing less, in turn."""
    for path in (("basket", "lines"), ("programme", "offers"), ("programme", "earning")):
        for place in range(len(case[path[0]][path[1]])):
            yield _without(case, *path, place)
    for path in (("basket", "coupons"), ("basket", "removed"), ("state", "lots"), ("state", "used")):
        if case[path[0]].get(path[1]):
            yield _with(case, *path, [])
    if case["basket"]["points"]:
        yield _with(case, "basket", "points", 0)
    for key in ("order_cap", "birthday", "tax"):
        if key in case["programme"]:
            yield _without(case, "programme", key)
    for place, offer in enumerate(case["programme"]["offers"]):
        for key in offer.keys() - _NEEDED:
            yield _without(case, "programme", "offers", place, key)
    for place, line in enumerate(case["basket"]["lines"]):
        yield from (_with(case, "basket", "lines", place, key, 1) for key in ("quantity",) if line[key] > 1)


_NEEDED = {
    "id", "kind", "name", "priority", "prices", "parts", "price", "percent", "rates", "steps", "threshold", "save",
    "buy", "get", "nth", "of", "buys", "amount", "pay",
}  # fmt: skip


def _with(case: Rule, *path_and_value: Any) -> Rule:
    *path, key, value = path_and_value
    changed = deepcopy(case)
    _at(changed, path)[key] = value
    return _consistent(changed)


def _without(case: Rule, *path: Any) -> Rule:
    changed = deepcopy(case)
    del _at(changed, path[:-1])[path[-1]]
    return _consistent(changed)


def _at(value: Any, path: Any) -> Any:
    for key in path:
        value = value[key]
    return value


def _consistent(case: Rule) -> Rule:
    """Drop what points to offers, limits and coupon rules that are gone."""
    offers = {offer["id"]: offer for offer in case["programme"]["offers"]}
    rules = [rule for rule in case["programme"]["coupons"] if rule["offer"] in offers]
    state, names = case["state"], {rule["id"] for rule in rules}
    for what in ("used", "leased"):
        state[what] = [
            each
            for each in state[what]
            if each["offer"] in offers and each.get("limit", 0) < len(offers[each["offer"]].get("limits", [0]))
        ]
    state["coupons"] = [coupon for coupon in state["coupons"] if coupon["rule"] in names]
    case["programme"]["coupons"] = rules
    return case
