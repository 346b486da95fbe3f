"""What holds for every coupon, limit and reward, whatever is done in whatever order."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty import Account, Asset, Lot, MemberFacts, Posting, Refused, TillState, imbalance
from loyalty.coupon import Coupon, CouponState
from loyalty.coupons import (
    CouponMove,
    GivenCoupon,
    cancel_coupon,
    choose_coupons,
    coupon_after_refund,
    expire_coupon,
    give_coupon,
    use_coupon,
)
from loyalty.limit_keys import allowance, limit_uses
from loyalty.limits import Limit, Measure, Period, Scope
from loyalty.rewards import Redemption, redeem_reward, rewards_within_reach
from tests.loyalty.material import NOON
from tests.loyalty.rights_material import ANN, BEN, coupon, coupon_rule, days_later, holding, reward, rules, the_reward

RULES = settings(derandomize=True, max_examples=200, deadline=None)
BOOK = rules(
    coupon_rule(offer=None, transferable=True),
    coupon_rule("ten-off"),
    coupon_rule("twenty-off", offer="other"),
    offers=("ten", "other"),
)
MEMBERS = {each.id: each for each in (ANN, BEN)}
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["use", "give", "cancel", "refund", "part", "expire"]),
        st.sampled_from(sorted(MEMBERS)),
        st.integers(0, 12),
    ),
    max_size=12,
)


def step(one: Coupon, what: str, who: str, day: int) -> tuple[Coupon, tuple[Posting, ...]]:
    """The coupon after one step, and its postings; unchanged where the step is refused."""
    at, member = days_later(day), MEMBERS[who]
    found: object
    if what == "use":
        found = use_coupon("c1", member, holding(one), BOOK, at)
    elif what == "give":
        found = give_coupon("c1", member, "ben" if who == "ann" else "ann", holding(one), BOOK, at)
    elif what == "cancel":
        found = cancel_coupon(one)
    elif what == "expire":
        found = expire_coupon(one, at)
    else:
        found = coupon_after_refund(one, full=what == "refund", at=at) if one.state is CouponState.USED else None
    if isinstance(found, GivenCoupon):
        return found.coupon, (*found.giver, *found.receiver)
    return (found.coupon, found.postings) if isinstance(found, CouponMove) else (one, ())


@RULES
@given(STEPS)
def test_a_coupon_is_in_one_place_and_used_at_most_once(steps: list[tuple[str, str, int]]) -> None:
    one = coupon(expires_on="2026-03-08")
    places = Counter({Account.LEASE: 1})
    for what, who, day in steps:
        before = one
        one, postings = step(one, what, who, day)
        assert imbalance(postings) == {}
        for posting in postings:
            places[posting.account] += posting.amount
        assert sorted(places.values())[-1] == places.total() == 1  # one whole coupon in one place
        assert all(amount in (0, 1) for amount in places.values())
        assert (one.code, one.rule, one.expires_on) == (before.code, before.rule, before.expires_on)
    where = {CouponState.USED: Account.REDEEMED, CouponState.CANCELLED: Account.CANCELLED}
    where |= {CouponState.ISSUED: Account.LEASE, CouponState.EXPIRED: Account.EXPIRED}
    assert places[where[one.state]] == 1


COUPONS = st.lists(
    st.builds(
        coupon,
        st.sampled_from(["a", "b", "c", "d", "e"]),
        st.sampled_from(["ten-off", "twenty-off", "welcome", "gone"]),
        st.sampled_from(["ann", "ben", None]),
        starts_on=st.sampled_from([None, "2026-03-01", "2026-03-02"]),
        expires_on=st.sampled_from([None, "2026-02-28", "2026-03-01"]),
        state=st.sampled_from(CouponState),
    ),
    max_size=5,
    unique_by=lambda one: one.code,
)


@RULES
@given(COUPONS, st.lists(st.sampled_from("abcdef"), max_size=8), st.sampled_from([ANN, BEN, None]))
def test_each_code_gets_one_answer_and_each_offer_one_coupon(
    known: list[Coupon], codes: list[str], member: MemberFacts | None
) -> None:
    found = choose_coupons(codes, member, holding(*known), BOOK, NOON)
    answers = found.answers(list(found.chosen))
    assert sorted(answer.code for answer in answers) == sorted(set(codes))
    assert [answer.why is None for answer in answers] == [answer.used for answer in answers]
    for one in found.chosen.values():
        assert one.state is CouponState.ISSUED
        assert one.holder in (None, member.id if member else None)


LIMITS = st.builds(
    Limit,
    st.sampled_from([Scope.MEMBER, Scope.TERMINAL, Scope.STORE, Scope.CHAIN]),
    st.sampled_from(Measure),
    st.integers(1, 9),
    st.sampled_from(Period),
)


@RULES
@given(LIMITS, st.integers(0, 9), st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40)), max_size=12))
def test_what_a_till_uses_never_passes_the_limit_or_the_lease(
    one: Limit, leased: int, sales: list[tuple[int, int]]
) -> None:
    used: Counter[str] = Counter()
    for wanted, day in sales:
        today = date(2026, 2, 1) + timedelta(days=day)
        key = next(iter(limit_uses("o", (one,), 1, 1, 1, today, "m1", "s01"))).key
        room = {key: leased - used[key]}
        left = allowance("o", (one,), used, room, today, "m1", "s01")
        amount = min(wanted, getattr(left, one.measure.value))
        assert amount >= 0
        for use in limit_uses("o", (one,), amount, amount, amount, today, "m1", "s01"):
            used[use.key] += use.amount
    assert all(count <= (one.most if one.scope is Scope.TERMINAL else leased) for count in used.values())


LOTS = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from([None, "2026-02-28", "2026-03-01", "2026-12-31"])), max_size=5
)
ASSURANCE = st.sampled_from(["P0", "P1", "P2", "P3", "P4"])


@RULES
@given(LOTS, st.integers(1, 900), st.integers(0, 500), ASSURANCE, st.integers(0, 2500))
def test_redeeming_takes_its_cost_and_never_more_than_was_there(
    lots: list[tuple[int, str | None]], cost: int, debt: int, assurance: str, copyable: int
) -> None:
    held = tuple(Lot(f"l{no}", points, "2025-01-01", last) for no, (points, last) in enumerate(lots))
    state = TillState(held, assurance, copyable, debt=debt)
    book = rules(rewards=(reward(cost=cost),))
    good = {lot.id: lot.points for lot in held if lot.expires_on is None or lot.expires_on >= "2026-03-01"}
    found = redeem_reward(the_reward(book), ANN, state, book, NOON, "new")
    if isinstance(found, Refused):
        available = found.params["available"]
        assert isinstance(available, int)
        assert 0 <= available < cost
        return
    assert isinstance(found, Redemption)
    assert imbalance(found.postings) == {}
    taken = {each.lot: -each.amount for each in found.postings if each.asset is Asset.POINTS and each.amount < 0}
    assert sum(taken.values()) == found.points == cost <= sum(good.values()) - debt
    assert all(points <= good.get(lot, 0) for lot, points in taken.items())
    assert found == redeem_reward(the_reward(book), ANN, state, book, NOON, "new")


@RULES
@given(LOTS, st.integers(0, 300), ASSURANCE, st.lists(st.integers(1, 900), min_size=1, max_size=5))
def test_what_is_within_reach_can_be_had(
    lots: list[tuple[int, str | None]], debt: int, assurance: str, costs: list[int]
) -> None:
    held = tuple(Lot(f"l{no}", points, "2025-01-01", last) for no, (points, last) in enumerate(lots))
    state = TillState(held, assurance, debt=debt)
    book = rules(rewards=tuple(reward(f"r{no}", cost) for no, cost in enumerate(costs)))
    for reach in rewards_within_reach(ANN, state, book, NOON):
        had = redeem_reward(the_reward(book, reach.reward), ANN, state, book, NOON, "new")
        assert isinstance(had, Redemption) == (reach.more == 0 and reach.refused is None)
