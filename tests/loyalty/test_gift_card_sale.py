"""Selling, loading and ending gift cards."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from loyalty import Account, Asset, Refused, Tender, TillState, Verdict, imbalance
from loyalty.gift_card_sale import GiftCardSold, card_balance, expire_gift_card, sell_gift_card
from loyalty.value import ValueLot
from tests.loyalty.material import NOON, card, member
from tests.loyalty.value_material import by_gift_card, by_value, lot, principal, purse, value_programme

RULES = value_programme(gift_cards={"least": 1_000, "lifetime_months": 36})


def ask(amount: int, *tenders: Tender, state: TillState | None = None, **more: Any) -> GiftCardSold | Refused:
    paid = tenders or (card(amount),)
    rules = more.pop("rules", RULES)
    return sell_gift_card("g1", amount, paid, member(), rules, NOON, state or TillState(), "v1")


def test_a_card_is_sold_as_principal_with_its_date_and_earns_nothing() -> None:
    sold = ask(20_000)
    assert isinstance(sold, GiftCardSold)
    assert (sold.account, sold.lot) == ("g1", ValueLot("v1", 20_000, 0, 0, "2026-03-01", "2029-03-01"))
    assert sold.postings == (principal(Account.ISSUED, -20_000), principal(Account.LEASE, 20_000))
    assert all(posting.asset is not Asset.POINTS for posting in sold.postings)


def test_d25_one_card_holds_at_most_its_limit_and_exactly_the_limit_is_allowed() -> None:
    held = (lot(70_000, 0, 10_000), lot(99_000, id="gone", expires_on="2026-02-28"))
    state = TillState(gift_cards={"g1": held})
    assert card_balance(held, RULES, NOON) == 60_000
    assert isinstance(ask(40_000, state=state), GiftCardSold)
    short = Refused(Verdict.TOP_UP_LIMIT, {"asked_minor": 40_001, "available_minor": 40_000})
    assert ask(40_001, state=state) == short


def test_a_full_card_takes_no_more_and_the_smallest_amount_is_taken() -> None:
    full = TillState(gift_cards={"g1": (lot(100_000),)})
    assert ask(1_000, state=full) == Refused(Verdict.TOP_UP_LIMIT, {"asked_minor": 1_000, "available_minor": 0})
    assert isinstance(ask(1_000), GiftCardSold)


@pytest.mark.parametrize("amount", [999, 100_001])
def test_one_card_has_its_bounds(amount: int) -> None:
    bounds: dict[str, int | str] = {"asked_minor": amount, "least_minor": 1_000, "most_minor": 100_000}
    assert ask(amount) == Refused(Verdict.TOP_UP_AMOUNT, bounds)


def test_a_gift_card_buys_no_gift_card() -> None:
    state = TillState(gift_cards={"g2": (lot(5_000),)})
    assert ask(5_000, by_gift_card(5_000, "g2"), state=state) == Refused(Verdict.TOP_UP_TENDER, {"kind": "gift_card"})


def test_stored_value_buys_one_only_where_the_policy_says_so() -> None:
    refused = Refused(Verdict.VALUE_NOT_FOR_THIS, {"asked_minor": 5_000, "available_minor": 0})
    assert ask(5_000, by_value(5_000), state=purse(lot(5_000))) == refused
    rules = value_programme({"pays": ["goods", "gift_card"]})
    sold = ask(5_000, by_value(5_000), state=purse(lot(5_000, id="own")), rules=rules)
    assert isinstance(sold, GiftCardSold)
    assert [part.lot for part in sold.paid.value] == ["own"]
    assert imbalance(sold.postings) == {}
    none = replace(rules, stored_value=None)
    assert ask(5_000, by_value(5_000), state=purse(lot(5_000)), rules=none) == Refused(Verdict.VALUE_NOT_OFFERED)


def test_tenders_are_judged_as_in_a_sale_and_without_the_policy_none_is_sold() -> None:
    assert ask(5_000, card(1)) == Refused(Verdict.TENDER_SHORT, {"due_minor": 5_000, "given_minor": 1})
    assert ask(5_000, rules=replace(RULES, gift_cards=None)) == Refused(Verdict.VALUE_NOT_OFFERED)


def test_what_is_left_ends_after_the_last_good_day() -> None:
    lots = (
        lot(500, 0, 100, id="over", expires_on="2026-02-28"),
        lot(500, 0, 500, id="empty", expires_on="2026-02-28"),
        lot(500, id="good", expires_on="2026-03-01"),
        lot(500, id="undated"),
    )
    assert expire_gift_card(lots, RULES, NOON) == (
        principal(Account.LEASE, -400, "over"),
        principal(Account.EXPIRED, 400, "over"),
    )
