"""Coupons chosen for a basket, used alone, given, cancelled, brought back and expired."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from loyalty import Account, Asset, Moment, Posting, Programme, Refused, Verdict, imbalance
from loyalty.coupon import Coupon, CouponState
from loyalty.coupons import (
    CouponMove,
    GivenCoupon,
    cancel_coupon,
    choose_coupons,
    coupon_after_refund,
    expire_coupon,
    give_coupon,
    unusable,
    use_coupon,
)
from loyalty.quote import CouponAnswer, RightUse
from tests.loyalty.material import NOON
from tests.loyalty.rights_material import ANN, BEN, coupon, coupon_rule, days_later, holding, rules

RULES = rules(
    coupon_rule(),
    coupon_rule("gift", transferable=True),
    coupon_rule("twenty", offer="other"),
    coupon_rule("wash", offer=None),
    offers=("ten", "other"),
)


def why(one: Coupon, member: Any = ANN, at: Moment = NOON, book: Programme = RULES) -> str | None:
    """What `choose_coupons` answers for this coupon alone; None: it may be used."""
    found = choose_coupons([one.code], member, holding(one), book, at)
    return found.refused[0].why if found.refused else None


def moved(found: object) -> CouponMove:
    assert isinstance(found, CouponMove), found
    assert imbalance(found.postings) == {}
    return found


def move(code: str, out_of: Account, into: Account) -> tuple[Posting, ...]:
    return (Posting(out_of, Asset.COUPON, code, -1), Posting(into, Asset.COUPON, code, 1))


def test_a_good_coupon_is_chosen_under_its_offer() -> None:
    found = choose_coupons(["c1"], ANN, holding(coupon(), coupon("c2")), RULES, NOON)
    assert (dict(found.chosen), found.refused) == ({"ten": coupon()}, ())


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (coupon(), None),
        (coupon(holder=None), None),  # a bearer's
        (coupon(holder="ben"), Verdict.COUPON_NOT_YOURS),
        (coupon(rule="gift", holder="ben"), None),
        (coupon(state=CouponState.USED), Verdict.COUPON_USED),
        (coupon(state=CouponState.CANCELLED), Verdict.COUPON_CANCELLED),
        (coupon(state=CouponState.EXPIRED), Verdict.COUPON_EXPIRED),
        (coupon(starts_on="2026-03-02"), Verdict.COUPON_NOT_YET),
        (coupon(starts_on="2026-03-01", expires_on="2026-03-01"), None),  # both days count
        (coupon(expires_on="2026-02-28"), Verdict.COUPON_EXPIRED),
        (coupon(rule="wash"), Verdict.COUPON_FOR_SERVICE),
        (coupon(rule="no-more"), Verdict.COUPON_OFFER_UNKNOWN),
    ],
)
def test_each_refusal_has_its_reason(one: Coupon, expected: Verdict | None) -> None:
    assert why(one) == expected


def test_the_state_of_a_coupon_is_said_before_its_days_and_its_holder() -> None:
    spent = coupon(holder="ben", expires_on="2026-02-01", state=CouponState.USED)
    assert why(spent) == Verdict.COUPON_USED


def test_a_coupon_can_be_judged_alone() -> None:
    assert unusable(coupon(), ANN, RULES, NOON) is None
    assert unusable(coupon(holder="ben"), ANN, RULES, NOON) is Verdict.COUPON_NOT_YOURS


def test_a_guest_uses_bearer_coupons_and_transferable_ones() -> None:
    assert why(coupon(holder=None), None) is None
    assert why(coupon(rule="gift"), None) is None
    assert why(coupon(), None) == Verdict.COUPON_NOT_YOURS


def test_a_rule_whose_offer_has_gone_is_refused() -> None:
    assert why(coupon(), book=replace(RULES, offers=())) == Verdict.COUPON_OFFER_UNKNOWN


def test_a_coupon_goes_by_the_shops_wall_clock_and_not_by_the_business_date() -> None:
    after_midnight = Moment(NOON.utc_ms + 13 * 3_600_000)  # 2 March 01:00, business date 1 March
    assert why(coupon(expires_on="2026-03-01"), at=after_midnight) == Verdict.COUPON_EXPIRED
    assert why(coupon(starts_on="2026-03-02"), at=after_midnight) is None


def test_of_one_offer_the_first_code_stands_and_a_code_counts_once() -> None:
    state = holding(coupon("a"), coupon("b"), coupon("c", "twenty"))
    found = choose_coupons(["b", "a", "b", "c", "x"], ANN, state, RULES, NOON)
    assert {offer: one.code for offer, one in found.chosen.items()} == {"ten": "b", "other": "c"}
    assert found.refused == (
        CouponAnswer("a", False, Verdict.COUPON_SAME_OFFER),
        CouponAnswer("x", False, Verdict.COUPON_UNKNOWN),
    )


def test_a_refused_coupon_does_not_stand_in_the_way_of_a_good_one() -> None:
    state = holding(coupon("a", expires_on="2026-01-01"), coupon("b"))
    assert choose_coupons(["a", "b"], ANN, state, RULES, NOON).chosen["ten"].code == "b"


def test_a_coupon_that_takes_nothing_off_is_kept() -> None:
    found = choose_coupons(["a", "c", "x"], ANN, holding(coupon("a"), coupon("c", "twenty")), RULES, NOON)
    assert found.answers(["ten"]) == (
        CouponAnswer("a", True),
        CouponAnswer("c", False, Verdict.COUPON_NOT_NEEDED),
        CouponAnswer("x", False, Verdict.COUPON_UNKNOWN),
    )
    assert found.uses(["ten"]) == (RightUse("coupon", "a", 1),)
    assert found.uses([]) == ()


def test_a_service_coupon_is_used_alone() -> None:
    found = moved(use_coupon("c1", ANN, holding(coupon(rule="wash")), RULES, NOON))
    assert found.coupon == coupon(rule="wash", state=CouponState.USED)
    assert found.postings == move("c1", Account.LEASE, Account.REDEEMED)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (coupon("other", "wash"), Verdict.COUPON_UNKNOWN),
        (coupon(), Verdict.COUPON_FOR_BASKET),
        (coupon(rule="wash", holder="ben"), Verdict.COUPON_NOT_YOURS),
        (coupon(rule="wash", expires_on="2026-02-28"), Verdict.COUPON_EXPIRED),
        (coupon(rule="wash", state=CouponState.USED), Verdict.COUPON_USED),
    ],
)
def test_a_service_coupon_is_refused_with_its_code(one: Coupon, expected: Verdict) -> None:
    assert use_coupon("c1", ANN, holding(one), RULES, NOON) == Refused(expected, {"code": "c1"})


def test_a_coupon_is_used_once() -> None:
    state = holding(coupon(rule="wash"))
    found = moved(use_coupon("c1", ANN, state, RULES, NOON))
    again = use_coupon("c1", ANN, holding(found.coupon), RULES, NOON)
    assert again == Refused(Verdict.COUPON_USED, {"code": "c1"})


@pytest.mark.parametrize("holder", ["ann", None])
def test_a_coupon_is_given_with_its_dates_and_each_members_postings_balance(holder: str | None) -> None:
    own = coupon(rule="gift", holder=holder, starts_on="2026-03-05", expires_on="2026-12-31")
    found = give_coupon("c1", ANN, "ben", holding(own), RULES, NOON)
    assert isinstance(found, GivenCoupon)
    assert found.coupon == coupon(rule="gift", holder="ben", starts_on="2026-03-05", expires_on="2026-12-31")
    assert found.giver == move("c1", Account.LEASE, Account.MOVED)
    assert found.receiver == move("c1", Account.MOVED, Account.LEASE)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (coupon("other"), Verdict.COUPON_UNKNOWN),
        (coupon(), Verdict.COUPON_NOT_TRANSFERABLE),
        (coupon(rule="gift", holder="ben"), Verdict.COUPON_NOT_YOURS),
        (coupon(rule="gift", expires_on="2026-02-28"), Verdict.COUPON_EXPIRED),
        (coupon(rule="gift", state=CouponState.USED), Verdict.COUPON_USED),
        (coupon(rule="no-more"), Verdict.COUPON_OFFER_UNKNOWN),
        (coupon(starts_on="2026-03-05"), Verdict.COUPON_NOT_TRANSFERABLE),
    ],
)
def test_a_coupon_that_may_not_be_given_stays(one: Coupon, expected: Verdict) -> None:
    assert give_coupon("c1", ANN, "carl", holding(one), RULES, NOON) == Refused(expected, {"code": "c1"})


def test_nobody_gives_a_coupon_to_himself() -> None:
    with pytest.raises(ValueError, match="same member"):
        give_coupon("c1", ANN, "ann", holding(coupon(rule="gift")), RULES, NOON)


def test_what_was_given_is_the_receivers_and_no_longer_the_givers_to_give() -> None:
    found = give_coupon("c1", ANN, "ben", holding(coupon(rule="gift")), RULES, NOON)
    assert isinstance(found, GivenCoupon)
    again = give_coupon("c1", ANN, "carl", holding(found.coupon), RULES, NOON)
    assert again == Refused(Verdict.COUPON_NOT_YOURS, {"code": "c1"})
    assert isinstance(give_coupon("c1", BEN, "carl", holding(found.coupon), RULES, NOON), GivenCoupon)


def test_an_unused_coupon_can_be_cancelled() -> None:
    found = moved(cancel_coupon(coupon()))
    assert found.coupon.state is CouponState.CANCELLED
    assert found.postings == move("c1", Account.LEASE, Account.CANCELLED)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (CouponState.USED, Verdict.COUPON_USED),
        (CouponState.CANCELLED, Verdict.COUPON_CANCELLED),
        (CouponState.EXPIRED, Verdict.COUPON_EXPIRED),
    ],
)
def test_what_is_gone_cannot_be_cancelled(state: CouponState, expected: Verdict) -> None:
    assert cancel_coupon(coupon(state=state)) == Refused(expected, {"code": "c1"})


USED = coupon(expires_on="2026-03-10", state=CouponState.USED)


def test_d05_a_coupon_comes_back_only_on_full_return_with_its_old_expiry() -> None:
    assert coupon_after_refund(USED, full=False, at=days_later(1)) is None
    back = moved(coupon_after_refund(USED, full=True, at=days_later(9)))  # 10 March, the last day
    assert back.coupon == coupon(expires_on="2026-03-10", state=CouponState.ISSUED)
    assert back.coupon.expires_on != "2026-03-20"  # no new lifetime from the day of return
    assert back.postings == move("c1", Account.REDEEMED, Account.LEASE)
    assert why(back.coupon, at=days_later(9)) is None


def test_d05_an_expired_coupon_comes_back_expired() -> None:
    back = moved(coupon_after_refund(USED, full=True, at=days_later(10)))
    assert back.coupon.state is CouponState.EXPIRED
    assert back.postings == move("c1", Account.REDEEMED, Account.EXPIRED)
    assert why(back.coupon, at=days_later(10)) == Verdict.COUPON_EXPIRED  # neither lost without a word nor good again


def test_a_coupon_without_an_end_comes_back_good() -> None:
    forever = coupon(state=CouponState.USED)
    assert moved(coupon_after_refund(forever, full=True, at=days_later(9999))).coupon.state is CouponState.ISSUED


def test_only_a_used_coupon_can_come_back() -> None:
    with pytest.raises(ValueError, match="only a used one"):
        coupon_after_refund(coupon(), full=True, at=NOON)


def test_an_unused_coupon_expires_after_its_last_day() -> None:
    own = coupon(expires_on="2026-03-10")
    assert expire_coupon(own, days_later(9)) is None
    found = moved(expire_coupon(own, days_later(10)))
    assert found.coupon.state is CouponState.EXPIRED
    assert found.postings == move("c1", Account.LEASE, Account.EXPIRED)
    assert expire_coupon(found.coupon, days_later(11)) is None
    assert expire_coupon(USED, days_later(11)) is None
    assert expire_coupon(coupon(), days_later(9999)) is None
