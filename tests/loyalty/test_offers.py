"""The kinds of offers: what each covers, takes and reads."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from loyalty import Miss, Offer, Step
from loyalty.offers import KINDS, SumOffer
from tests.loyalty.material import document, line, member_price, programme, spend_and_save, tier_percent

TODAY = date(2026, 3, 1)
TIERS = {tier.id: tier for tier in programme().tiers}
GOLD, REGULAR = TIERS["gold"], TIERS["regular"]


def offer(entry: dict[str, Any]) -> Offer:
    return programme(entry).offers[0]


def sum_offer(entry: dict[str, Any]) -> SumOffer:
    found = offer(entry)
    assert isinstance(found, SumOffer)
    return found


def test_every_kind_is_in_the_table_under_its_own_name() -> None:
    assert {name: kind.step for name, kind in KINDS.items()} == {
        "member_price": Step.ITEM_PRICE,
        "tier_percent": Step.TIER,
        "spend_and_save": Step.ORDER,
    }
    assert all(kind.kind == name for name, kind in KINDS.items())


def test_a_member_price_lowers_what_it_covers_and_raises_nothing() -> None:
    lines = [line(1, 1000, 2), line(2, 500, gtin="10000000"), line(3, 100, gtin="20000000")]
    found = offer(member_price({lines[0].gtin: 900, "20000000": 150}))
    assert found.take(lines, [2000, 500, 100], GOLD) == [200, 0, 0]
    assert [found.covers(each) for each in lines] == [True, False, True]


def test_a_member_price_below_an_amount_already_lowered_takes_only_the_rest() -> None:
    assert offer(member_price({line(1, 0).gtin: 900})).take([line(1, 1000)], [950], GOLD) == [50]


def test_a_tier_percent_is_taken_off_the_covered_sum_once() -> None:
    lines = [line(1, 333), line(2, 333), line(3, 334), line(4, 999, category="tobacco")]
    found = sum_offer(tier_percent(excluded=("tobacco",)))
    assert found.take(lines, [333, 333, 334, 999], GOLD) == [40, 40, 40, 0]
    assert found.off(1000, GOLD) == 120
    assert found.off(1000, REGULAR) == found.off(1000, None) == 0


def test_spend_and_save_takes_its_amount_once_from_the_threshold_on() -> None:
    found = sum_offer(spend_and_save(15000, 2000))
    assert [found.off(total, None) for total in (14999, 15000, 45000)] == [0, 2000, 2000]
    assert found.needs == 15000
    assert found.take([line(1, 14999)], [14999], None) == [0]


@pytest.mark.parametrize(
    ("day", "miss"),
    [
        (date(2026, 2, 28), Miss.NOT_YET),
        (date(2026, 3, 1), None),
        (date(2026, 3, 31), None),
        (date(2026, 4, 1), Miss.ENDED),
    ],
)
def test_the_first_and_the_last_day_belong_to_the_offer(day: date, miss: Miss | None) -> None:
    found = offer(spend_and_save(100, 1, **{"from": "2026-03-01", "until": "2026-03-31"}))
    assert found.barred(day, None) is miss


def test_who_may_have_it() -> None:
    everyone, members = offer(spend_and_save(100, 1)), offer(spend_and_save(100, 1, members_only=True))
    tier, prices = offer(tier_percent()), offer(member_price({"10000000": 1}))
    assert everyone.barred(TODAY, None) is None
    for each in (members, tier, prices):
        assert each.barred(TODAY, None) is Miss.MEMBERS_ONLY
        assert each.barred(TODAY, GOLD) is None
    assert tier.barred(TODAY, REGULAR) is Miss.TIER_TOO_LOW
    assert prices.barred(TODAY, REGULAR) is None


def test_the_day_is_judged_before_the_shopper() -> None:
    later = {"from": "2026-03-02"}
    assert offer(spend_and_save(100, 1, members_only=True, **later)).barred(TODAY, None) is Miss.NOT_YET
    assert offer(tier_percent(**later)).barred(TODAY, REGULAR) is Miss.NOT_YET


def test_rank_is_priority_then_id() -> None:
    offers = programme(tier_percent("b", 2), tier_percent("a", 2), tier_percent("c", 1)).offers
    assert [each.id for each in sorted(offers, key=lambda each: each.rank)] == ["c", "a", "b"]


def test_the_document_gives_what_was_written() -> None:
    entry = spend_and_save(150, 20, "save-20", 7, True, excluded_categories=["tobacco"], until="2026-12-31")
    found = sum_offer(entry)
    assert (found.id, found.priority, found.members_only, found.excluded_categories) == (
        "save-20",
        7,
        True,
        frozenset({"tobacco"}),
    )
    assert (found.starts, found.ends, found.name) == (None, date(2026, 12, 31), document(entry)["offers"][0]["name"])
