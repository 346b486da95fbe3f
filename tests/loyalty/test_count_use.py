"""Buying, using and returning count cards."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from loyalty import Account, Asset, Line, Posting, Refused, Tender, TillState, Verdict, imbalance
from loyalty.count_card import CountLot
from loyalty.count_use import (
    CountCardSold,
    CountRefunded,
    CountUsed,
    buy_count_card,
    expire_count,
    refund_count,
    use_count,
)
from tests.loyalty.material import NAME, NOON, card, line, member
from tests.loyalty.value_material import CUPS, by_value, lot, purse, value_programme

RULES = value_programme()
COFFEE = line(1, 1_500, category="coffee")


def held(uses: int = 12, **more: Any) -> CountLot:
    return CountLot(more.pop("id", "c1"), more.pop("card", "cups"), uses, 10_000, "2026-01-01", **more)


def count(account: Account, amount: int, lot_id: str = "c1") -> Posting:
    return Posting(account, Asset.COUNT, lot_id, amount)


def buy(*tenders: Tender, state: TillState | None = None, **more: Any) -> CountCardSold | Refused:
    rules = more.pop("rules", RULES)
    return buy_count_card(more.pop("id", "cups"), tenders, member(), rules, NOON, state or TillState(), "c1")


def use(goods: Line, *lots: CountLot, assurance: str = "P1", **more: Any) -> CountUsed | Refused:
    return use_count(lots, goods, more.pop("rules", RULES), NOON, TillState(assurance=assurance))


def test_a_card_is_sold_with_its_uses_and_its_date() -> None:
    sold = buy(card(10_000))
    assert isinstance(sold, CountCardSold)
    assert sold.lot == CountLot("c1", "cups", 12, 10_000, "2026-03-01", "2027-03-01")
    assert sold.postings == (count(Account.ISSUED, -12), count(Account.LEASE, 12))


def test_a_card_is_paid_like_a_sale() -> None:
    assert buy(card(1)) == Refused(Verdict.TENDER_SHORT, {"due_minor": 10_000, "given_minor": 1})
    assert buy(card(10_000), id="mugs") == Refused(Verdict.COUNT_CARD_UNKNOWN)
    sold = buy(by_value(10_000), state=purse(lot(10_000)))
    assert isinstance(sold, CountCardSold)
    assert imbalance(sold.postings) == {}
    no_goods = value_programme({"pays": ["freight"]})
    refused = Refused(Verdict.VALUE_NOT_FOR_THIS, {"asked_minor": 10_000, "available_minor": 0})
    assert buy(by_value(10_000), state=purse(lot(10_000)), rules=no_goods) == refused


def test_a_use_is_drawn_for_each_unit() -> None:
    used = use(replace(COFFEE, quantity=3), held())
    assert isinstance(used, CountUsed)
    assert (used.lots, used.left) == ((held().use(3),), 9)
    assert used.postings == (count(Account.LEASE, -3), count(Account.REDEEMED, 3))


def test_a_weighed_line_is_one_use() -> None:
    used = use(replace(COFFEE, grams=350), held())
    assert isinstance(used, CountUsed)
    assert used.left == 11


def test_the_soonest_to_expire_is_used_first_and_the_rest_keeps_its_place() -> None:
    late, soon = held(5), held(2, id="c0", expires_on="2026-04-30")
    used = use(replace(COFFEE, quantity=3), late, soon)
    assert isinstance(used, CountUsed)
    assert used.lots == (late.use(1), soon.use(2))
    assert imbalance(used.postings) == {}
    once = use(COFFEE, late, soon)
    assert isinstance(once, CountUsed)
    assert (once.lots, once.left) == ((late, soon.use(1)), 6)


@pytest.mark.parametrize(
    ("goods", "given"),
    [
        (line(1, 1_500, category="tea"), held()),
        (COFFEE, held(expires_on="2026-02-28")),
        (COFFEE, held(card="mugs")),
        (COFFEE, held(1).use(1)),
    ],
)
def test_what_gives_nothing_is_refused(goods: Line, given: CountLot) -> None:
    assert use(goods, given) == Refused(Verdict.COUNT_NOT_AVAILABLE, {"asked": 1, "available": 0})


def test_the_last_good_day_counts() -> None:
    assert isinstance(use(COFFEE, held(expires_on="2026-03-01")), CountUsed)


def test_a_card_of_money_may_ask_for_more_proof() -> None:
    strict = {**CUPS, "id": "spa", "name": NAME, "assurance": "P4"}
    rules = value_programme(count_cards=[CUPS, strict])
    lots = (held(1), held(4, id="s1", card="spa"))
    two = replace(COFFEE, quantity=2)
    refused = Refused(Verdict.COUNT_ASSURANCE, {"asked": 2, "available": 1})
    assert use(two, *lots, rules=rules) == refused
    assert isinstance(use(COFFEE, *lots, rules=rules), CountUsed)
    all_of_them = replace(COFFEE, quantity=5)
    assert use(all_of_them, *lots, rules=rules) == Refused(Verdict.COUNT_ASSURANCE, {"asked": 5, "available": 1})
    assert isinstance(use(all_of_them, *lots, rules=rules, assurance="P4"), CountUsed)
    assert use(COFFEE, held(), assurance="P0") == Refused(Verdict.COUNT_ASSURANCE, {"asked": 1, "available": 0})


def test_unused_uses_go_back_for_their_part_of_the_price() -> None:
    back = refund_count(held().use(5), 7, RULES, NOON)
    assert isinstance(back, CountRefunded)
    assert (back.amount, back.lot.left) == (5_833, 0)  # 10,000 × 7/12 is 5,833.33
    one = refund_count(held(), 1, RULES, NOON)
    assert isinstance(one, CountRefunded)
    assert one.amount == 833
    assert back.postings == (count(Account.LEASE, -7), count(Account.CANCELLED, 7))


@pytest.mark.parametrize(("given", "available"), [(held().use(6), 6), (held(expires_on="2026-02-28"), 0)])
def test_what_is_used_or_over_does_not_go_back(given: CountLot, available: int) -> None:
    refused = Refused(Verdict.COUNT_NOT_AVAILABLE, {"asked": 7, "available": available})
    assert refund_count(given, 7, RULES, NOON) == refused


def test_nothing_cannot_go_back() -> None:
    with pytest.raises(ValueError, match="cannot give 0 uses back"):
        refund_count(held(), 0, RULES, NOON)


def test_what_is_left_ends_after_the_last_good_day() -> None:
    over = held(expires_on="2026-02-28").use(5)
    lots = (over, held(id="good"), held(1, id="empty", expires_on="2026-02-28").use(1))
    assert expire_count(lots, RULES, NOON) == (count(Account.LEASE, -7), count(Account.EXPIRED, 7))
