"""The review of tiers: up at once, down when a period ends, with grace; fixed, anniversary and rolling windows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loyalty.quote import TierProgress
from loyalty.tier_review import review_tier
from loyalty.tier_standing import Rise, TierChange, TierReason, TierStanding
from tests.loyalty.material import programme
from tests.loyalty.tier_material import GOLD, SILVER, joined, on, review, sale, scheme

YEAR = scheme()
ROLLING = scheme("rolling")


def test_a_tier_is_reached_with_the_sale_that_meets_the_threshold() -> None:
    short = review(joined(), "2026-03-01", YEAR, sale("2026-02-01", 60_000), sale("2026-03-01", 39_999))
    assert (short.after, short.qualifying, short.next) == ("silver", 99_999, TierProgress("gold", "spend", 1))
    met = review(joined(), "2026-03-01", YEAR, sale("2026-02-01", 60_000), sale("2026-03-01", 40_000))
    assert (met.before, met.after, met.reason) == ("regular", "gold", TierReason.ROSE)
    assert met.changes == (
        TierChange("2026-02-01", "regular", "silver", TierReason.ROSE, "2026-02-01"),
        TierChange("2026-03-01", "silver", "gold", TierReason.ROSE, "2026-03-01"),
    )
    assert met.standing.rises[-1] == Rise("gold", "silver", "2026-03-01", "2026-03-01")
    assert met.next == TierProgress("diamond", "spend", 100_000)


def test_one_sale_may_raise_by_several_tiers() -> None:
    found = review(joined(), "2026-03-01", YEAR, sale("2026-03-01", GOLD))
    assert [(change.before, change.after) for change in found.changes] == [("regular", "gold")]


@pytest.mark.parametrize(("metric", "after"), [("spend", "regular"), ("visits", "silver"), ("points", "gold")])
def test_a_tier_is_earned_by_spend_by_visits_or_by_points(metric: str, after: str) -> None:
    rules = scheme(metric=metric)
    found = review(joined(), "2026-03-01", rules, sale("2026-03-01", 10, visits=SILVER, points=GOLD))
    assert found.after == after


def test_what_was_bought_in_the_last_period_does_not_count_in_this_one() -> None:
    found = review(joined("2025-12-01"), "2026-01-01", YEAR, sale("2025-12-31", 60_000), sale("2026-01-01", 40_000))
    assert (found.after, found.qualifying) == ("silver", 40_000), "not gold: 40,000 of this year"
    assert found.next == TierProgress("gold", "spend", 60_000)


def test_a_tier_reached_is_kept_through_the_next_period() -> None:
    bought = sale("2026-03-01", GOLD)
    found = review(joined(), "2026-06-01", YEAR, bought)
    assert (found.kept_until, found.judged_until, found.to_keep) == ("2027-12-31", "2026-12-31", 0)
    later = review(joined(), "2027-06-01", YEAR, bought)
    assert (later.after, later.kept_until, later.judged_until, later.to_keep) == (
        "gold",
        "2027-12-31",
        "2027-12-31",
        GOLD,
    )
    assert later.standing == TierStanding("gold", "2026-01-01", "2027-01-01")
    assert review(joined(), "2027-12-31", YEAR, bought).after == "gold"
    fallen = review(joined(), "2028-01-01", YEAR, bought)
    assert (fallen.after, fallen.reason) == ("regular", TierReason.FELL)
    assert fallen.changes[-1] == TierChange("2028-01-01", "gold", "regular", TierReason.FELL)
    assert (fallen.kept_until, fallen.judged_until, fallen.to_keep) == (None, None, 0)


@pytest.mark.parametrize(("downgrade", "after"), [("never", "gold"), ("one_step", "silver"), ("to_earned", "regular")])
def test_a_review_lowers_as_the_policy_says(downgrade: str, after: str) -> None:
    found = review(joined(tier="gold"), "2027-01-01", scheme(downgrade=downgrade))
    assert found.after == after
    assert found.standing.open_from == "2027-01-01"


def test_a_fall_to_the_tier_that_was_earned_is_no_deeper() -> None:
    found = review(joined(tier="diamond"), "2027-01-01", YEAR, sale("2026-05-01", SILVER))
    assert found.after == "silver"


def test_each_review_that_was_missed_is_held_in_turn() -> None:
    found = review(joined(tier="diamond"), "2029-06-01", scheme(downgrade="one_step"))
    assert [(change.on, change.after) for change in found.changes] == [
        ("2027-01-01", "gold"),
        ("2028-01-01", "silver"),
        ("2029-01-01", "regular"),
    ]


def test_where_the_policy_never_lowers_nothing_is_to_be_kept() -> None:
    found = review(joined(tier="gold"), "2026-06-01", scheme(downgrade="never"))
    assert (found.kept_until, found.judged_until, found.to_keep) == (None, None, 0)


def test_days_of_grace_make_up_for_the_period() -> None:
    rules = scheme(grace_days=30)
    standing, missing = joined(tier="gold"), sale("2026-05-01", 70_000)
    assert review(standing, "2026-12-31", rules, missing).reason is TierReason.KEPT, "the period still runs"
    assert review(standing, "2027-01-01", rules, missing).reason is TierReason.GRACE
    waiting = review(standing, "2027-01-30", rules, missing)
    assert (waiting.after, waiting.reason) == ("gold", TierReason.GRACE)
    assert (waiting.kept_until, waiting.judged_until, waiting.to_keep) == ("2027-01-30", "2027-01-30", 30_000)
    assert review(standing, "2027-01-31", rules, missing).after == "silver"
    late = review(standing, "2027-01-31", rules, missing, sale("2027-01-30", 30_000))
    assert (late.after, late.reason, late.changes) == ("gold", TierReason.KEPT, ())
    assert late.qualifying == 30_000, "and it counts for the new period as well"
    too_late = review(standing, "2027-01-31", rules, missing, sale("2027-01-31", 30_000))
    assert too_late.after == "silver"


def test_what_grace_adds_keeps_a_tier_and_never_raises_one() -> None:
    rules = scheme(grace_days=30)
    bought = sale("2026-12-01", 90_000), sale("2027-01-02", 20_000)
    found = review(joined(), "2027-02-01", rules, *bought)
    assert (found.after, found.qualifying) == ("silver", 20_000), "110,000 are not of one year"


def test_a_rise_in_the_days_of_grace_outlives_the_review() -> None:
    rules = scheme(grace_days=30)
    found = review(joined(tier="silver"), "2027-02-01", rules, sale("2027-01-10", GOLD))
    assert (found.after, found.standing.open_from) == ("gold", "2027-01-01")
    assert [rise.on for rise in found.standing.rises] == ["2027-01-10"]


def test_the_rises_of_a_period_end_with_its_review() -> None:
    bought = sale("2026-12-31", GOLD)
    assert review(joined(), "2026-12-31", YEAR, bought).standing.rises[-1].sale == "2026-12-31"
    assert review(joined(), "2027-01-01", YEAR, bought).standing == TierStanding("gold", "2026-01-01", "2027-01-01")


def test_an_anniversary_window_begins_with_the_day_of_joining() -> None:
    rules = scheme("anniversary")
    member = joined("2024-02-29")
    bought = sale("2025-02-27", 60_000), sale("2025-02-28", 40_000)
    assert review(member, "2025-02-28", rules, *bought).qualifying == 40_000
    assert review(member, "2025-02-28", rules, *bought).after == "silver", "never gold: two years of membership"
    assert review(member, "2026-02-27", rules, *bought).after == "silver"
    assert review(member, "2026-02-28", rules, *bought).after == "regular"


def test_a_rolling_window_holds_the_last_months_on_any_day() -> None:
    bought = sale("2026-03-02", 60_000), sale("2027-03-01", 40_000)
    assert review(joined(), "2027-03-01", ROLLING, *bought).after == "gold"
    later = sale("2026-03-02", 60_000), sale("2027-03-02", 40_000)
    assert review(joined(), "2027-03-02", ROLLING, *later).after == "silver", "the first has left the window"


def test_a_rolling_window_is_reviewed_at_the_end_of_a_month() -> None:
    bought = sale("2026-03-10", GOLD)
    found = review(joined(), "2026-04-01", ROLLING, bought)
    assert (found.kept_until, found.judged_until, found.to_keep) == ("2027-03-31", "2026-04-30", 0)
    assert review(joined(), "2027-03-31", ROLLING, bought).after == "gold"
    assert review(joined(), "2027-04-01", ROLLING, bought).after == "regular"


def test_a_tier_given_by_hand_is_reviewed_when_its_period_ends() -> None:
    given = joined("2026-01-01", "gold", open_from="2027-01-01")
    assert review(given, "2027-01-01", YEAR).after == "gold"
    assert review(given, "2027-12-31", YEAR).after == "gold"
    assert review(given, "2028-01-01", YEAR).after == "regular"


def test_a_tier_without_a_threshold_is_given_and_taken_by_hand_alone() -> None:
    found = review(joined(tier="staff"), "2029-06-01", YEAR, sale("2029-01-10", 5 * GOLD))
    assert (found.after, found.kept_until, found.next) == ("staff", None, None)
    assert review(joined(), "2026-06-01", YEAR, sale("2026-05-01", 99 * GOLD)).after == "diamond"


def test_a_sale_that_arrives_late_counts_when_it_is_known() -> None:
    known = review(joined(), "2027-06-01", YEAR, sale("2027-05-01", 60_000)).standing
    assert (known.tier, known.open_from) == ("silver", "2027-01-01")
    both = sale("2027-02-01", 40_000), sale("2027-05-01", 60_000)
    assert review(known, "2027-06-02", YEAR, *both).after == "gold"
    ahead = replace(known, open_from="2028-01-01")
    found = review(ahead, "2027-06-02", YEAR, *both)
    assert found.changes == (TierChange("2027-06-02", "silver", "gold", TierReason.ROSE, "2027-05-01"),)


def test_sales_of_one_day_count_in_the_order_in_which_they_are_given() -> None:
    first, second = sale("2026-03-01", 60_000, "b"), sale("2026-03-01", 40_000, "a")
    assert review(joined(), "2026-03-01", YEAR, first, second).standing.rises[-1].sale == "a"
    assert review(joined(), "2026-03-01", YEAR, second, first).standing.rises[-1].sale == "b"


def test_sales_of_days_to_come_do_not_count() -> None:
    assert review(joined(), "2026-02-28", YEAR, sale("2026-03-01", GOLD)).after == "regular"


def test_the_business_date_decides_not_the_calendar() -> None:
    late = replace(on("2027-01-01"), utc_ms=on("2027-01-01").utc_ms - 10 * 3_600_000)  # 02:00 in Shanghai
    assert review_tier(joined(tier="gold"), (), late, YEAR).after == "gold", "still the trading day of 31 December"


def test_without_a_policy_or_with_a_tier_of_a_newer_programme_nothing_changes() -> None:
    bare = review(joined(tier="gold"), "2036-01-01", programme(), sale("2026-03-01", GOLD))
    assert (bare.after, bare.reason, bare.qualifying, bare.next) == ("gold", TierReason.KEPT, 0, None)
    assert (bare.kept_until, bare.judged_until, bare.to_keep, bare.changes) == (None, None, 0, ())
    newer = review(joined(tier="platinum"), "2036-01-01", YEAR, sale("2036-01-01", GOLD))
    assert (newer.after, newer.standing) == ("platinum", joined(tier="platinum"))


def test_a_sale_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="'2026-03-01' counts below zero"):
        review(joined(), "2026-04-01", YEAR, sale("2026-03-01", -1))
