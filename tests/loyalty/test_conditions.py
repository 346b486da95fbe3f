"""Which offers compete, and what the others fail."""

from __future__ import annotations

from datetime import date

from loyalty import Line, Miss
from loyalty.conditions import Shopper, candidates, first_failed
from tests.loyalty.material import line, member_price, programme, spend_and_save, tier_percent

RULES = programme(
    member_price({"10000000": 100}, "price"),
    tier_percent("tier", excluded=("tobacco",)),
    spend_and_save(1000, 100, "save", excluded_categories=["tobacco"]),
)
DAY = date(2026, 3, 1)
GOLD = Shopper(RULES.tier("gold"), DAY)


def misses(shopper: Shopper, *lines: Line) -> list[Miss | None]:
    return [first_failed(offer, shopper, lines) for offer in RULES.offers]


def test_conditions_are_judged_in_order() -> None:
    snack, tobacco = line(1, 1000), line(1, 1000, category="tobacco")
    assert misses(GOLD, snack) == [Miss.NO_ELIGIBLE_GOODS, None, None]
    assert misses(GOLD, tobacco) == [Miss.NO_ELIGIBLE_GOODS] * 3
    assert misses(Shopper(None, DAY), tobacco) == [Miss.MEMBERS_ONLY, Miss.MEMBERS_ONLY, Miss.NO_ELIGIBLE_GOODS]
    assert misses(Shopper(None, DAY, frozenset({"tier", "save"})), tobacco) == [
        Miss.MEMBERS_ONLY,
        Miss.REMOVED,
        Miss.REMOVED,
    ]


def test_an_empty_basket_has_no_eligible_goods() -> None:
    assert misses(GOLD) == [Miss.NO_ELIGIBLE_GOODS] * 3


def test_what_is_out_of_reach_does_not_compete() -> None:
    assert [offer.id for offer in candidates(RULES.offers, GOLD, [line(1, 999)])] == ["tier"]
    assert [offer.id for offer in candidates(RULES.offers, GOLD, [line(1, 1000)])] == ["tier", "save"]
    mixed = [line(1, 999), line(2, 500, category="tobacco")]
    assert [offer.id for offer in candidates(RULES.offers, GOLD, mixed)] == ["tier"]
