"""The best combination: proven up to the bound, best effort above it."""

from __future__ import annotations

from datetime import date
from typing import Any

from loyalty import Programme
from loyalty.combination import PROVEN_BOUND, Combination, best_combination
from loyalty.conditions import Shopper
from tests.loyalty.material import line, member_price, programme, spend_and_save

DAY = date(2026, 3, 1)
MANY = [member_price({f"{10000000 + place}": 900}, f"p{place:02}") for place in range(PROVEN_BOUND + 3)]
LINES = [line(place + 1, 1000, gtin=f"{10000000 + place}") for place in range(len(MANY))]


def best(rules: Programme, tier: str | None = "gold", *removed: str) -> Combination:
    shopper = Shopper(rules.tier(tier) if tier else None, DAY, frozenset(removed))
    return best_combination(LINES, rules.offers, shopper)


def save(threshold: int, amount: int, **more: Any) -> dict[str, Any]:
    return spend_and_save(threshold, amount, **more)


def test_up_to_the_bound_the_result_is_proven() -> None:
    found = best(programme(*MANY[:PROVEN_BOUND]))
    assert (found.proven, found.run.net, len(found.run.offers)) == (True, 13800, PROVEN_BOUND)


def test_one_more_is_best_effort_and_says_so() -> None:
    found = best(programme(*MANY[: PROVEN_BOUND + 1]))
    assert (found.proven, found.run.net, len(found.run.offers)) == (False, 13700, PROVEN_BOUND + 1)


def test_only_offers_that_compete_count() -> None:
    assert best(programme(*MANY), None).proven
    assert best(programme(*MANY), "gold", *(f"p{place:02}" for place in range(3))).proven


def test_best_effort_leaves_out_what_makes_the_basket_dearer() -> None:
    found = best(programme(*MANY, save(15000, 5000, priority=1)))
    assert not found.proven
    assert found.run.net == 10000  # all member prices off, the threshold met
    assert [offer.id for offer in found.run.offers] == ["save"]


def test_best_effort_drops_one_offer_to_keep_a_threshold() -> None:
    found = best(programme(*MANY, save(13600, 300)))
    assert found.run.net == 13300
    assert len(found.run.offers) == len(MANY)


def test_best_effort_takes_in_what_helps_a_later_start() -> None:
    found = best(programme(*MANY, save(14900, 5000, priority=1)))
    assert found.run.net == 9900
