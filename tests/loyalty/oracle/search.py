"""Every lawful subset of the offers, in every order inside each step; the best by D26."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from tests.loyalty.oracle import item_offers, sum_offers
from tests.loyalty.oracle.effect import Effect, Facts
from tests.loyalty.oracle.table import Table

Rule = dict[str, Any]
Apply = Callable[[Rule, Table, Facts], Effect]

STEPS = ("item_price", "item_offer", "tier", "order", "coupon")
ITEM_STEPS = 2
KINDS: dict[str, tuple[str, Apply]] = {
    "member_price": ("item_price", item_offers.unit_prices),
    "special_price": ("item_price", item_offers.unit_prices),
    "quantity_price": ("item_price", item_offers.quantity_price),
    "buy_get": ("item_offer", item_offers.buy_get),
    "nth_unit": ("item_offer", item_offers.nth_unit),
    "cheapest_free": ("item_offer", item_offers.cheapest_free),
    "bundle": ("item_offer", item_offers.bundle),
    "flash_sale": ("item_offer", item_offers.flash_sale),
    "stamp_card": ("item_offer", item_offers.stamp_card),
    "tier_percent": ("tier", sum_offers.off_sum(sum_offers.tier_percent)),
    "category_percent": ("tier", sum_offers.category_percent),
    "percent_off": ("order", sum_offers.off_sum(sum_offers.percent_off)),
    "spend_and_save": ("order", sum_offers.off_sum(sum_offers.spend_and_save)),
    "coupon_percent": ("coupon", sum_offers.off_sum(sum_offers.percent_off)),
    "coupon_amount": ("coupon", sum_offers.off_sum(sum_offers.coupon_amount)),
    "coupon_item": ("coupon", sum_offers.coupon_item),
    "coupon_exchange": ("coupon", sum_offers.coupon_exchange),
}


@dataclass(frozen=True)
class Applied:
    offer: Rule
    effect: Effect


@dataclass(frozen=True)
class Outcome:
    """One way to price a basket. `facts` are those of the shopper it was priced for."""

    table: Table
    applied: tuple[Applied, ...]
    facts: Facts

    @property
    def preference(self) -> tuple[int, int, list[tuple[int, str]], list[tuple[int, str]]]:
        """Smaller is better (D26): total, number of offers, their sorted ranks, their ranks as applied."""
        ranks = [(int(each.offer["priority"]), str(each.offer["id"])) for each in self.applied]
        return (sum(self.table.amounts), len(ranks), sorted(ranks), ranks)


Choice = Callable[[Table, Sequence[Rule], Facts, Fraction | None], Outcome]


def best(table: Table, offers: Sequence[Rule], facts: Facts, cap: Fraction | None) -> Outcome:
    """The best outcome of `offers`, all of which are candidates; `cap` is the order's."""
    return min(outcomes(table, offers, facts, cap), key=lambda outcome: outcome.preference)


def outcomes(
    table: Table,
    offers: Sequence[Rule],
    facts: Facts,
    cap: Fraction | None,
    kinds: Mapping[str, tuple[str, Apply]] = KINDS,
) -> Iterator[Outcome]:
    """Every outcome; one in which an offer takes nothing off is that without it, so it is left out."""
    by_step = [[offer for offer in offers if KINDS[offer["kind"]][0] == step] for step in STEPS]

    def go_on(step: int, table: Table, applied: tuple[Applied, ...]) -> Iterator[Outcome]:
        if step == len(STEPS):
            yield Outcome(table, applied, facts)
            return
        for offer in by_step[step]:
            if _lawful(offer, applied):
                effect = kinds[offer["kind"]][1](offer, table, facts)
                if effect.amount:
                    yield from go_on(step, after(table, offer, effect, step), (*applied, Applied(offer, effect)))
        yield from go_on(step + 1, _next_step(table, step, cap), applied)

    yield from go_on(0, table, ())


def _lawful(offer: Rule, applied: Sequence[Applied]) -> bool:
    """Each offer once, and of one exclusion group at most one."""
    group = offer.get("group")
    return all(
        each.offer["id"] != offer["id"] and (group is None or each.offer.get("group") != group) for each in applied
    )


def _next_step(table: Table, step: int, cap: Fraction | None) -> Table:
    if STEPS[step] == "item_price":
        return table.priced()
    return table.capped(cap) if STEPS[step] == "item_offer" else table


def after(table: Table, offer: Rule, effect: Effect, step: int) -> Table:
    """The table once `effect` has been taken off; item offers use up units, later ones the order's cap."""
    lowered = replace(table, amounts=tuple(a - t for a, t in zip(table.amounts, effect.takes, strict=True)))
    if effect.used:
        free = tuple(f - u for f, u in zip(table.free, effect.used, strict=True))
        return replace(lowered, free=free)
    if step >= ITEM_STEPS and table.room is not None:
        return replace(lowered, room=table.room - effect.amount)
    return lowered
