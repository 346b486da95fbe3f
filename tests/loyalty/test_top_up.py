"""Topping up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from loyalty import Account, Asset, Posting, Programme, Refused, Tender, TenderKind, TillState, Verdict, imbalance
from loyalty.top_up import BonusGiven, ToppedUp, TopUp, give_bonus, room_key, top_up
from loyalty.value import Draw, ValueLot
from loyalty.value_draw import draw_value
from tests.loyalty.material import NOON, card, cash, member
from tests.loyalty.value_material import bonus, by_gift_card, by_value, lot, principal, value_programme

RULES = value_programme()
KEY = room_key("m1")


def ask(
    amount: int, *tenders: Tender, rules: Programme = RULES, state: TillState | None = None, **more: Any
) -> ToppedUp | Refused:
    wish = TopUp(amount, tenders or (card(amount),), named=more.pop("named", True), held=more.pop("held", 0))
    assert not more
    return top_up(wish, member(), rules, NOON, state or TillState(), "v1")


def done(*args: Any, **more: Any) -> ToppedUp:
    answer = ask(*args, **more)
    assert isinstance(answer, ToppedUp), answer
    assert imbalance(answer.postings) == {}
    return answer


def limit(asked: int, available: int) -> Refused:
    return Refused(Verdict.TOP_UP_LIMIT, {"asked_minor": asked, "available_minor": available})


def test_a_top_up_makes_a_lot_with_the_bonus_of_its_step_that_can_be_spent_at_once() -> None:
    made = done(100_000)
    assert made.lot == ValueLot("v1", 100_000, 20_000, 0, "2026-03-01")
    assert made.postings == (
        principal(Account.ISSUED, -100_000),
        principal(Account.LEASE, 100_000),
        bonus(Account.ISSUED, -20_000),
        bonus(Account.LEASE, 20_000),
    )
    assert draw_value([made.lot], 120_000)[0].after.left == 0


def test_d04_a_top_up_earns_nothing() -> None:
    assert all(posting.asset is not Asset.POINTS for posting in done(100_000).postings)


def test_the_terms_of_the_day_go_with_the_lot_and_only_bonus_ever_expires() -> None:
    rules = value_programme({"draw": "bonus_first", "bonus_lifetime_months": 6})
    assert done(100_000, rules=rules).lot == ValueLot(
        "v1", 100_000, 20_000, 0, "2026-03-01", "2026-09-01", Draw.BONUS_FIRST
    )
    assert done(100, rules=rules).lot.expires_on is None


@pytest.mark.parametrize(("named", "most"), [(True, 500_000), (False, 100_000)])
@pytest.mark.parametrize("held", [0, 60_000])
def test_d25_exactly_the_limit_is_allowed_and_one_more_is_not(named: bool, most: int, held: int) -> None:
    room = most - held
    assert isinstance(ask(room, named=named, held=held), ToppedUp)
    assert ask(room + 1, named=named, held=held) == limit(room + 1, room)


def test_d25_bonus_does_not_count() -> None:
    """4,000.00 held with 800.00 of bonus leave room for 1,000.00, whatever bonus that gives; not for 200.00."""
    own = lot(400_000, 80_000)
    assert done(100_000, held=own.principal_left).lot.bonus == 20_000
    assert ask(100_000, held=own.left) == limit(100_000, 20_000)


def test_d25_the_limit_is_checked_before_any_money_is_taken() -> None:
    assert ask(1_000, cash(1), held=499_500) == limit(1_000, 500)  # and not that the cash is short


def test_d25_offline_only_the_room_that_is_leased_here_counts_and_is_used_up() -> None:
    state = TillState(leased={KEY: 30_000})
    made = done(30_000, held=None, state=state)
    assert made.postings[:2] == (
        Posting(Account.LEASE, Asset.LIMIT, KEY, -30_000),
        Posting(Account.USED, Asset.LIMIT, KEY, 30_000),
    )
    assert ask(30_001, held=None, state=state) == limit(30_001, 30_000)
    assert ask(1, held=None) == limit(1, 0)  # what HQ has not placed here is not there


def test_d25_a_lease_never_makes_the_limit_higher() -> None:
    state = TillState(leased={KEY: 900_000})
    assert ask(100_001, held=None, named=False, state=state) == limit(100_001, 100_000)


def test_more_held_than_the_limit_leaves_no_room() -> None:
    assert ask(1, held=600_000) == limit(1, 0)


@pytest.mark.parametrize(("amount", "fits"), [(999, False), (1_000, True), (2_000, True), (2_001, False)])
def test_one_top_up_has_its_bounds(amount: int, fits: bool) -> None:
    answer = ask(amount, rules=value_programme({"least": 1_000, "most": 2_000}))
    refused = Refused(Verdict.TOP_UP_AMOUNT, {"asked_minor": amount, "least_minor": 1_000, "most_minor": 2_000})
    assert isinstance(answer, ToppedUp) if fits else answer == refused


def test_without_an_upper_bound_the_limit_is_what_is_named() -> None:
    bounds: dict[str, int | str] = {"asked_minor": 0, "least_minor": 1, "most_minor": 100_000}
    assert ask(0, named=False) == Refused(Verdict.TOP_UP_AMOUNT, bounds)


def test_f053_another_issuers_card_is_recorded_by_its_name() -> None:
    tender = Tender(TenderKind.THIRD_PARTY, 5_000, "lianhua")
    assert done(5_000, tender).paid.tenders == (tender,)


@pytest.mark.parametrize(
    "tender",
    [Tender(TenderKind.THIRD_PARTY, 500, "other"), Tender(TenderKind.MOBILE, 500), by_value(500), by_gift_card(500)],
)
def test_what_the_policy_does_not_name_is_not_taken(tender: Tender) -> None:
    assert ask(500, tender) == Refused(Verdict.TOP_UP_TENDER, {"kind": tender.kind.value})


def test_cash_comes_with_its_rounding_and_change() -> None:
    made = done(14_043, card(10_000), cash(5_000), rules=value_programme(cash_rounding=10))
    assert (made.paid.tenders, made.paid.rounding, made.paid.change) == ((card(10_000), cash(4_040)), -3, 960)
    assert made.lot.principal == 14_043


def test_what_does_not_fit_is_refused_as_in_a_sale() -> None:
    assert ask(500, card(400)) == Refused(Verdict.TENDER_SHORT, {"due_minor": 500, "given_minor": 400})


def test_a_gift_card_may_become_stored_value_where_the_policy_says_so() -> None:
    rules = value_programme({"tenders": ["gift_card"]})
    state = TillState(gift_cards={"g1": (lot(500, id="g-lot"),)})
    made = done(500, by_gift_card(500), rules=rules, state=state)
    assert [part.lot for part in made.paid.value] == ["g-lot"]
    assert made.postings[:2] == (principal(Account.LEASE, -500, "g-lot"), principal(Account.REDEEMED, 500, "g-lot"))
    refused = Refused(Verdict.GIFT_CARD_NOT_AVAILABLE, {"asked_minor": 500, "available_minor": 0})
    assert ask(500, by_gift_card(500), rules=rules) == refused


def test_without_stored_value_there_is_no_top_up() -> None:
    rules = replace(RULES, stored_value=None)
    assert ask(500, rules=rules) == Refused(Verdict.VALUE_NOT_OFFERED)
    assert give_bonus(500, rules, NOON, "v1") == Refused(Verdict.VALUE_NOT_OFFERED)


def test_f056_bonus_alone_is_a_lot_of_bonus() -> None:
    rules = value_programme({"bonus_lifetime_months": 1})
    made = give_bonus(1, rules, NOON, "v1")
    assert isinstance(made, BonusGiven)
    assert made.lot == ValueLot("v1", 0, 1, 0, "2026-03-01", "2026-04-01")
    assert made.postings == (bonus(Account.ISSUED, -1), bonus(Account.LEASE, 1))


def test_a_callers_mistake_is_said() -> None:
    with pytest.raises(ValueError, match="cannot give 0 of bonus"):
        give_bonus(0, RULES, NOON, "v1")
    with pytest.raises(ValueError, match="held is -1"):
        ask(1, held=-1)
