"""What a return does to the tier (D16)."""

from __future__ import annotations

import pytest

from loyalty.tier_refund import less
from loyalty.tier_standing import Qualifying, TierChange, TierReason
from tests.loyalty.material import programme
from tests.loyalty.tier_material import joined, returned, review, sale, scheme

YEAR = scheme()
A = sale("2026-03-01", 60_000, "a")  # regular to silver
B = sale("2026-04-01", 50_000, "b")  # to gold, which needs 100,000
C = sale("2026-05-01", 30_000, "c")
GOLD_BY_B = review(joined(), "2026-05-01", YEAR, A, B).standing


def back(of: Qualifying, spend: int | None = None) -> Qualifying:
    """All of a sale, or a part of it."""
    return Qualifying(of.sale, of.on, of.spend if spend is None else spend, of.visits if spend is None else 0)


def test_d16_the_tier_drops_at_once_if_the_returned_sale_caused_the_rise() -> None:
    found = returned(GOLD_BY_B, back(B), "2026-06-01", YEAR, A, B)
    assert (found.before, found.after, found.reason) == ("gold", "silver", TierReason.RETURNED)
    assert found.changes == (TierChange("2026-06-01", "gold", "silver", TierReason.RETURNED),)
    assert found.qualifying == 60_000, "net, not 110,000"


def test_d16_else_it_drops_at_the_next_review() -> None:
    found = returned(GOLD_BY_B, back(A), "2026-06-01", YEAR, A, B)
    assert (found.after, found.reason) == ("gold", TierReason.KEPT), "not at once: the sale did not cause the rise"
    assert (found.kept_until, found.to_keep) == ("2026-12-31", 50_000), "shown before it is confirmed"
    assert review(GOLD_BY_B, "2026-06-01", YEAR, A, B).kept_until == "2027-12-31", "as it was without the return"
    left = less((A, B), back(A))
    assert review(found.standing, "2026-12-31", YEAR, *left).after == "gold"
    assert review(found.standing, "2027-01-01", YEAR, *left).after == "silver"


def test_d16_in_another_period_it_does_not_drop_at_once() -> None:
    found = returned(GOLD_BY_B, back(B), "2027-01-05", YEAR, A, B)
    assert (found.after, found.reason) == ("gold", TierReason.KEPT)
    assert found.kept_until == "2027-12-31", "the review of 2026 had been held"
    assert review(found.standing, "2028-01-01", YEAR, *less((A, B), back(B))).after == "regular"


def test_d16_the_period_is_the_one_that_holds_the_return_even_in_the_days_of_grace() -> None:
    rules = scheme(grace_days=30)
    found = returned(GOLD_BY_B, back(B), "2027-01-05", rules, A, B)
    assert (found.after, found.reason) == ("gold", TierReason.GRACE)
    assert (found.kept_until, found.to_keep) == ("2027-01-30", 40_000)


@pytest.mark.parametrize("metric", ["visits", "points"])
def test_d16_visits_and_points_are_net_as_well(metric: str) -> None:
    rules = scheme(metric=metric)
    first, second = (Qualifying(id, "2026-03-01", **{metric: 60_000}) for id in "ab")
    gold = review(joined(), "2026-03-01", rules, first, second)
    assert (gold.after, gold.qualifying) == ("gold", 120_000)
    found = returned(gold.standing, second, "2026-03-02", rules, first, second)
    assert (found.after, found.qualifying) == ("silver", 60_000)


def test_d16_what_was_bought_since_may_carry_the_tier() -> None:
    found = returned(GOLD_BY_B, back(B, 40_000), "2026-06-01", YEAR, A, B, C)
    assert (found.after, found.qualifying) == ("gold", 100_000)
    assert returned(GOLD_BY_B, back(B, 40_001), "2026-06-01", YEAR, A, B, C).after == "silver"


def test_d16_it_drops_no_lower_than_where_the_rise_began() -> None:
    kept_from_last_year = review(joined("2025-01-01"), "2026-02-01", YEAR, sale("2025-05-01", 60_000)).standing
    big = sale("2026-03-01", 120_000, "big")
    gold = review(kept_from_last_year, "2026-03-01", YEAR, big).standing
    assert gold.tier == "gold"
    assert returned(gold, back(big), "2026-03-02", YEAR, big).after == "silver", "not regular: silver was kept"


def test_d16_a_part_may_drop_it_by_one_tier_and_the_rest_by_another() -> None:
    big = sale("2026-03-01", 120_000, "big")
    first = returned(joined(), back(big, 30_000), "2026-03-02", YEAR, big)
    assert [change.after for change in first.changes] == ["gold", "silver"]
    left = less((big,), back(big, 30_000))
    second = returned(first.standing, back(big, 90_000), "2026-03-03", YEAR, *left)
    assert (second.after, second.standing.rises) == ("regular", ())
    assert returned(joined(), back(big), "2026-03-03", YEAR, big).standing == second.standing, "as all at once"


def test_d16_returns_in_any_order_end_on_the_same_tier() -> None:
    one = returned(GOLD_BY_B, back(A), "2026-06-01", YEAR, A, B)
    one = returned(one.standing, back(B), "2026-06-01", YEAR, *less((A, B), back(A)))
    other = returned(GOLD_BY_B, back(B), "2026-06-01", YEAR, A, B)
    other = returned(other.standing, back(A), "2026-06-01", YEAR, *less((A, B), back(B)))
    assert one.after == other.after == "regular"
    assert one.standing == other.standing


def test_d16_a_rise_of_the_new_period_does_not_take_an_older_one_with_it() -> None:
    rules = scheme(grace_days=30)
    part = returned(GOLD_BY_B, back(B, 10_000), "2026-12-01", rules, A, B)
    assert part.after == "gold"
    jump = sale("2027-01-03", 200_000, "jump")
    left = (*less((A, B), back(B, 10_000)), jump)
    diamond = review(part.standing, "2027-01-03", rules, *left).standing
    assert diamond.tier == "diamond"
    returned_a = returned(diamond, back(A), "2027-01-04", rules, *left)
    assert returned_a.after == "diamond"
    found = returned(returned_a.standing, back(jump), "2027-01-05", rules, *less(left, back(A)))
    assert (found.after, found.reason) == ("gold", TierReason.RETURNED), "gold is for the review of 2026 to judge"
    assert found.to_keep == 60_000


def test_a_policy_that_never_lowers_still_takes_back_what_was_not_bought() -> None:
    rules = scheme(downgrade="never")
    assert returned(GOLD_BY_B, back(B), "2026-06-01", rules, A, B).after == "silver"
    assert returned(GOLD_BY_B, back(A), "2026-06-01", rules, A, B).kept_until is None


def test_a_rolling_window_counts_what_stood_in_it_when_the_tier_was_reached() -> None:
    rules = scheme("rolling", months=3, review_months=12)
    old, cause = sale("2026-01-20", 70_000, "old"), sale("2026-04-10", 40_000, "cause")
    gold = review(joined(), "2026-05-01", rules, old, cause)
    assert (gold.after, gold.qualifying) == ("gold", 40_000)
    assert returned(gold.standing, back(cause, 10_000), "2026-05-02", rules, old, cause).after == "gold"
    assert returned(gold.standing, back(cause, 10_001), "2026-05-02", rules, old, cause).after == "silver"


def test_without_a_policy_or_with_a_tier_of_a_newer_programme_nothing_changes() -> None:
    assert returned(GOLD_BY_B, back(B), "2026-06-01", programme(), A, B).after == "gold"
    newer = joined(tier="platinum")
    assert returned(newer, back(B), "2026-06-01", YEAR, A, B).standing == newer


def test_a_sale_that_is_not_in_the_history_counts_for_nothing() -> None:
    assert returned(GOLD_BY_B, back(C), "2026-06-01", YEAR, A, B).standing == GOLD_BY_B


def test_more_cannot_come_back_than_counted() -> None:
    with pytest.raises(ValueError, match="'b' counts below zero"):
        returned(GOLD_BY_B, back(B, 50_001), "2026-06-01", YEAR, A, B)
