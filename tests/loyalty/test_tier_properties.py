"""What holds for every tier policy, history and day; and a day-by-day reckoning that agrees with the review."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loyalty import Programme
from loyalty.tier_policy import Downgrade
from loyalty.tier_refund import less, tier_after_refund
from loyalty.tier_review import review_tier
from loyalty.tier_standing import Qualifying, TierReason, TierStanding
from tests.loyalty.tier_material import TIERS, joined, on, sale, scheme

RULES = settings(derandomize=True, max_examples=150, deadline=None)
DAY = timedelta(days=1)
RANK = {str(tier["id"]): int(tier["rank"]) for tier in TIERS}
JOINED = date(2024, 2, 29)
LAST = 1000  # days after joining
POLICIES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.fixed_dictionaries(
        {"window": st.just("calendar_year"), "months": st.sampled_from([3, 6, 12]), "first_month": st.integers(1, 12)}
    ),
    st.fixed_dictionaries({"window": st.just("anniversary"), "months": st.integers(2, 14)}),
    st.fixed_dictionaries(
        {"window": st.just("rolling"), "months": st.integers(2, 14), "review_months": st.sampled_from([1, 3, 12])}
    ),
)
GRACE = st.sampled_from([0, 0, 5, 27])
DOWNGRADES = st.sampled_from(list(Downgrade))
STARTS = st.sampled_from(["regular", "silver", "gold", "diamond", "staff"])


@st.composite
def policies(draw: st.DrawFn) -> Programme:
    return scheme(**draw(POLICIES), grace_days=draw(GRACE), downgrade=draw(DOWNGRADES).value)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Qualifying, ...]:
    pairs = draw(st.lists(st.tuples(st.integers(0, LAST), st.integers(0, 130_000)), max_size=12))
    return tuple(sale(str(JOINED + timedelta(days=day)), spend, f"s{no}") for no, (day, spend) in enumerate(pairs))


DAYS = st.integers(0, LAST + 400).map(lambda days: str(JOINED + timedelta(days=days)))


def member(tier: str = "regular") -> TierStanding:
    return joined(str(JOINED), tier)


def reckoned(rules: Programme, start: str, history: tuple[Qualifying, ...], until: date) -> str:
    """The tier, by living through every day: the review that falls on it, then its sales. Slow and simple."""
    policy, tier = rules.tier_policy, start
    assert policy
    spent = [(date.fromisoformat(each.on), each.spend) for each in history]
    steps = [(0, "regular"), (50_000, "silver"), (100_000, "gold"), (200_000, "diamond")]

    def earned(first: date, last: date) -> str:
        total = sum(spend for day, spend in spent if first <= day <= last)
        return max((need, id) for need, id in steps if need <= total)[1]

    for day in (JOINED + DAY * shift for shift in range((until - JOINED).days + 1)):
        end = day - DAY - timedelta(days=policy.grace_days)
        ends = end >= JOINED and policy.window.review(end, JOINED).last == end
        if ends and tier != "staff" and policy.downgrade is not Downgrade.NEVER:
            met = earned(policy.window.counting(end, JOINED).first, day - DAY)
            lower = ["regular", "regular", "silver", "gold"][RANK[tier] - 1]
            fallen = lower if policy.downgrade is Downgrade.ONE_STEP else met
            tier = tier if RANK[met] >= RANK[tier] else fallen
        now = earned(policy.window.counting(day, JOINED).first, day)
        tier = now if RANK[now] > RANK[tier] else tier
    return tier


@RULES
@given(policies(), STARTS, histories(), DAYS)
def test_the_review_agrees_with_living_through_every_day(
    rules: Programme, start: str, history: tuple[Qualifying, ...], today: str
) -> None:
    found = review_tier(member(start), history, on(today), rules)
    assert found.after == reckoned(rules, start, history, date.fromisoformat(today))


@RULES
@given(policies(), STARTS, histories(), DAYS)
def test_reviewing_twice_on_one_day_changes_nothing_more(
    rules: Programme, start: str, history: tuple[Qualifying, ...], today: str
) -> None:
    once = review_tier(member(start), history, on(today), rules)
    twice = review_tier(once.standing, history, on(today), rules)
    assert (twice.standing, twice.changes) == (once.standing, ())
    assert (twice.kept_until, twice.to_keep, twice.next) == (once.kept_until, once.to_keep, once.next)


@RULES
@given(policies(), STARTS, histories(), DAYS, DAYS)
def test_it_does_not_matter_how_often_a_review_is_asked_for(
    rules: Programme, start: str, history: tuple[Qualifying, ...], one: str, other: str
) -> None:
    first, last = sorted((one, other))
    stop = review_tier(member(start), history, on(first), rules)
    steps = review_tier(stop.standing, history, on(last), rules)
    whole = review_tier(member(start), history, on(last), rules)
    assert steps.standing == whole.standing
    assert stop.changes + steps.changes == whole.changes


@RULES
@given(policies(), STARTS, histories(), DAYS, st.integers(0, LAST), st.integers(0, 130_000))
def test_more_spending_never_gives_a_lower_tier(
    rules: Programme, start: str, history: tuple[Qualifying, ...], today: str, day: int, spend: int
) -> None:
    more = (*history, sale(str(JOINED + timedelta(days=day)), spend, "more"))
    less_spent = review_tier(member(start), history, on(today), rules)
    assert RANK[review_tier(member(start), more, on(today), rules).after] >= RANK[less_spent.after]


@RULES
@given(policies(), STARTS, histories(), DAYS)
def test_a_tier_is_kept_exactly_as_long_as_was_said(
    rules: Programme, start: str, history: tuple[Qualifying, ...], today: str
) -> None:
    known = tuple(each for each in history if each.on <= today)
    found = review_tier(member(start), known, on(today), rules)
    if found.kept_until is None:
        assert review_tier(found.standing, known, on("2040-01-01"), rules).after == found.after
        return
    assert review_tier(found.standing, known, on(found.kept_until), rules).after == found.after
    next_day = str(date.fromisoformat(found.kept_until) + DAY)
    assert RANK[review_tier(found.standing, known, on(next_day), rules).after] < RANK[found.after]


@RULES
@given(policies(), STARTS, histories(), DAYS)
def test_what_is_said_to_be_missing_is_just_enough(
    rules: Programme, start: str, history: tuple[Qualifying, ...], today: str
) -> None:
    known = tuple(each for each in history if each.on <= today)
    found = review_tier(member(start), known, on(today), rules)
    if found.next:
        enough = review_tier(found.standing, (*known, sale(today, found.next.distance)), on(today), rules)
        short = review_tier(found.standing, (*known, sale(today, found.next.distance - 1)), on(today), rules)
        assert (enough.after, short.after) == (found.next.next, found.after)
    if found.judged_until and found.to_keep:
        held = on(str(date.fromisoformat(found.judged_until) + DAY))
        enough = review_tier(found.standing, (*known, sale(found.judged_until, found.to_keep)), held, rules)
        short = review_tier(found.standing, (*known, sale(found.judged_until, found.to_keep - 1)), held, rules)
        assert RANK[enough.after] >= RANK[found.after] > RANK[short.after]


@RULES
@given(policies(), STARTS, histories(), DAYS, st.data())
def test_returns_in_any_order_end_on_the_same_tier(
    rules: Programme, start: str, history: tuple[Qualifying, ...], today: str, data: st.DataObject
) -> None:
    known = tuple(each for each in history if each.on <= today)
    assume(known)
    parts = data.draw(st.lists(st.tuples(st.sampled_from(known), st.integers(1, 3)), max_size=5))
    backs = [Qualifying(each.sale, each.on, each.spend // 6 * share) for each, share in parts]
    backs = [back for no, back in enumerate(backs) if back.sale not in {other.sale for other in backs[:no]}]
    shuffled = Random(1).sample(backs, len(backs))
    ends = [_after(member(start), known, order, today, rules) for order in (backs, shuffled, _halved(backs))]
    assert ends[0].tier == ends[1].tier == ends[2].tier


def _halved(backs: list[Qualifying]) -> list[Qualifying]:
    """Each return in two parts, the second parts after all the first ones."""
    first = [replace(back, spend=back.spend // 2) for back in backs]
    return first + [replace(back, spend=back.spend - back.spend // 2) for back in backs]


def _after(
    standing: TierStanding, history: tuple[Qualifying, ...], backs: list[Qualifying], today: str, rules: Programme
) -> TierStanding:
    standing = review_tier(standing, history, on(today), rules).standing
    for back in backs:
        standing = tier_after_refund(standing, history, back, on(today), rules).standing
        history = less(history, back)
    return standing


@RULES
@given(policies(), STARTS, histories(), DAYS, st.data())
def test_d16_a_return_never_raises_and_drops_at_once_only_the_rise_that_its_sale_caused(
    rules: Programme, start: str, history: tuple[Qualifying, ...], today: str, data: st.DataObject
) -> None:
    known = tuple(each for each in history if each.on <= today)
    assume(known)
    back = data.draw(st.sampled_from(known))
    before = review_tier(member(start), known, on(today), rules)
    found = tier_after_refund(before.standing, known, back, on(today), rules)
    assert RANK[found.after] <= RANK[before.after]
    assert found.qualifying <= before.qualifying
    if found.after != before.after:
        assert found.reason is TierReason.RETURNED
        assert before.standing.rises[-1].sale == back.sale
        assert RANK[found.after] >= RANK[before.standing.rises[-1].before]
