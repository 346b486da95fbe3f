"""The steps item_price and item_offer, by the book: unit prices, and sets of units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.loyalty.oracle.effect import NOTHING, Allowance, Effect, Facts, least, over_units, within
from tests.loyalty.oracle.exact import fraction, half_up
from tests.loyalty.oracle.selection import covers
from tests.loyalty.oracle.table import Table, Unit, cost, units_of

Rule = dict[str, Any]


def covered_by(rule: Rule, table: Table) -> list[int]:
    return [i for i, line in enumerate(table.lines) if covers(rule, line)]


def unit_prices(offer: Rule, table: Table, facts: Facts) -> Effect:
    """`member_price` and `special_price`: a price for each product."""
    prices = offer["prices"]
    return _lowered(table, {i: prices[line["gtin"]] for i, line in _priced(offer, table)})


def quantity_price(offer: Rule, table: Table, facts: Facts) -> Effect:
    """A price that depends on how many units of the product are bought on all lines together."""
    covered, reached = covered_by(offer, table), {}
    for i in covered:
        gtin = table.lines[i]["gtin"]
        bought = sum(units_of(line) for line in table.lines if line["gtin"] == gtin)
        steps = [
            (step["at_least"], step["unit_price"])
            for step in offer["prices"]
            if step["product"] == gtin and step["at_least"] <= bought
        ]
        if steps:
            reached[i] = max(steps)[1]
    return _lowered(table, reached)


def _priced(offer: Rule, table: Table) -> list[tuple[int, Rule]]:
    return [(i, table.lines[i]) for i in covered_by(offer, table) if table.lines[i]["gtin"] in offer["prices"]]


def _lowered(table: Table, prices: dict[int, int]) -> Effect:
    takes = [
        max(0, amount - cost(line, prices[i])) if i in prices else 0
        for i, (line, amount) in enumerate(zip(table.lines, table.amounts, strict=True))
    ]
    return Effect(tuple(takes)) if any(takes) else NOTHING


def buy_get(offer: Rule, table: Table, facts: Facts) -> Effect:
    if "get_products" in offer or "get_categories" in offer:
        return _buy_this_get_that(offer, table, facts)
    return _blocks(offer, table, facts.allowance(offer), offer["buy"] + offer["get"], offer["get"])


def nth_unit(offer: Rule, table: Table, facts: Facts) -> Effect:
    return _blocks(offer, table, facts.allowance(offer), offer["nth"], 1)


def _blocks(offer: Rule, table: Table, allowance: Allowance, size: int, reduced: int) -> Effect:
    """Blocks of `size` units down the order; the last `reduced` of each full block get the percentage off."""
    units = table.units(covered_by(offer, table))
    count = within(len(units) // size, allowance.times, whole(allowance.units, size))
    blocks = [units[size * n : size * (n + 1)] for n in range(count)]
    worth = sum(unit.cost for block in blocks for unit in block[size - reduced :])
    off = half_up(worth * fraction(offer.get("percent", [1, 1])))
    return over_units(table, [unit for block in blocks for unit in block], off, count, allowance.money)


def whole(units: int | None, size: int) -> int | None:
    return None if units is None else units // size


def _buy_this_get_that(offer: Rule, table: Table, facts: Facts) -> Effect:
    second = {"products": offer.get("get_products", []), "categories": offer.get("get_categories", [])}
    given = covered_by(second, table)
    bought = [i for i in covered_by(offer, table) if i not in given]
    allowance = facts.allowance(offer)
    most = least(allowance.times, whole(allowance.units, offer["buy"] + offer["get"]))
    cheap, dear = table.units(bought)[::-1], table.units(given)
    taken: list[Unit] = []
    worth = times = 0
    while len(cheap) >= offer["buy"] and dear and times != most:
        one_set = cheap[: offer["buy"]] + dear[: offer["get"]]
        worth += sum(unit.cost for unit in dear[: offer["get"]])
        cheap, dear = cheap[offer["buy"] :], dear[offer["get"] :]
        taken, times = taken + one_set, times + 1
    off = half_up(worth * fraction(offer.get("percent", [1, 1])))
    return over_units(table, taken, off, times, allowance.money)


def cheapest_free(offer: Rule, table: Table, facts: Facts) -> Effect:
    allowance = facts.allowance(offer)
    units = table.units(covered_by(offer, table))
    if len(units) < offer["of"] or len(units) > within(len(units), allowance.units):
        return NOTHING
    return over_units(table, units, units[-1].cost, 1, allowance.money)


def bundle(offer: Rule, table: Table, facts: Facts) -> Effect:
    """Sets are made while they are complete and cost more than the price; each unit belongs to its first part."""
    allowance, pools = facts.allowance(offer), _pools(offer, table)
    sizes = [part["quantity"] for part in offer["parts"]]
    most = within(len(table.units(range(len(table.lines)))), allowance.times, whole(allowance.units, sum(sizes)))
    sets: list[list[Unit]] = []
    while len(sets) < most and all(len(pool) >= size for pool, size in zip(pools, sizes, strict=True)):
        one_set = [unit for pool, size in zip(pools, sizes, strict=True) for unit in pool[:size]]
        if "price" in offer and worth_of(one_set) <= offer["price"]:
            break
        sets.append(one_set)
        pools = [pool[size:] for pool, size in zip(pools, sizes, strict=True)]
    taken = [unit for one_set in sets for unit in one_set]
    fixed = offer.get("price")
    off = (
        half_up(worth_of(taken) * fraction(offer["percent"])) if fixed is None else worth_of(taken) - fixed * len(sets)
    )
    return over_units(table, taken, off, len(sets), allowance.money)


def _pools(offer: Rule, table: Table) -> list[list[Unit]]:
    """The free units of each part, dearest first."""
    pools, seen = [], set[int]()
    for part in offer["parts"]:
        own = [i for i in covered_by(offer, table) if covers(part, table.lines[i]) and i not in seen]
        seen.update(own)
        pools.append(table.units(own))
    return pools


def worth_of(units: Sequence[Unit]) -> int:
    return sum(unit.cost for unit in units)


def flash_sale(offer: Rule, table: Table, facts: Facts) -> Effect:
    """Each unit taken counts as one application."""
    allowance = facts.allowance(offer)
    savings = []
    for i, line in _priced(offer, table):
        quick = cost(line, offer["prices"][line["gtin"]]) // units_of(line)
        savings += [(unit.cost - quick, unit) for unit in table.units([i]) if unit.cost > quick]
    savings.sort(key=lambda pair: (-pair[0], pair[1].line))
    taken = savings[: within(len(savings), allowance.units, allowance.times)]
    off = sum(saving for saving, _ in taken)
    return over_units(table, [unit for _, unit in taken], off, len(taken), allowance.money)


def stamp_card(offer: Rule, table: Table, facts: Facts) -> Effect:
    """All units take part or none; `times` of the effect is how many were free."""
    allowance, held = facts.allowance(offer), facts.stamps.get(offer["id"], 0)
    units = table.units(covered_by(offer, table))
    if len(units) > within(len(units), allowance.units):
        return NOTHING
    free = within((held + len(units)) // (offer["buys"] + 1), len(units), allowance.times)
    return over_units(table, units, worth_of(units[len(units) - free :]), free, allowance.money)
