"""In which terms a search keeps its amounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalty import Line
from loyalty.stages import Grouping, Stage, Step, by_line
from tests.loyalty.material import line, member, newest, offer, spend_and_save, tier_percent
from tests.loyalty.till_material import checkout, contenders

LINES = [line(1, 100, category="a"), line(2, 200, category="b"), line(3, 300, category="a"), line(4, 400, category="c")]


def built(*entries: dict[str, Any], lines: Sequence[Line] = LINES) -> tuple[Stage, tuple[Step, ...]]:
    rules = newest(*entries)
    till = checkout(rules, lines, "gold")
    grouping = Grouping(by_line(till, contenders(rules, lines, member("gold"))), len(lines))
    return grouping.outline(), grouping.steps()


def test_offers_that_cover_everything_need_one_sum() -> None:
    outline, (tier, order) = built(tier_percent(), spend_and_save(100, 10))
    assert tier.exact.enter((100, 200, 300, 400)) == (1000,)
    assert order.exact.enter((880,)) == (880,)
    assert outline.sizes == (4,)
    assert [covered.portions for covered in tier.own] == [((0, (0,)),)]


def test_a_tier_that_covers_less_than_the_order_needs_two_sums_and_then_one() -> None:
    _, (tier, order) = built(tier_percent(excluded=("b",)), spend_and_save(100, 10))
    assert tier.exact.enter((100, 200, 300, 400)) == (800, 200)
    assert order.exact.enter((704, 200)) == (904,)


def test_where_the_division_over_lines_matters_the_lines_stay_and_a_bound_has_sums() -> None:
    _, (tier, order) = built(tier_percent(), spend_and_save(100, 10, excluded_categories=["b"]))
    assert tier.exact.enter((100, 200, 300, 400)) == (100, 200, 300, 400)
    assert tier.sums((100, 200, 300, 400)) == (800, 200)
    assert order.exact.enter((88, 176, 264, 352)) == (704, 176)
    assert order.sums((704, 176)) == (704, 176)


def test_a_coupon_for_units_keeps_its_lines() -> None:
    _, (tier, coupon) = built(tier_percent(), offer("coupon_item", categories=["a"]))
    assert tier.exact.enter((100, 200, 300, 400)) == (100, 200, 300, 400)
    assert coupon.exact.sizes == (1, 1, 1, 1)
    assert sorted(coupon.rough.sizes) == [1, 1, 2]


def test_each_rate_of_an_offer_is_a_sum_of_its_own() -> None:
    rates = [{"categories": ["a"], "percent": [20, 100]}, {"categories": ["b", "c"], "percent": [10, 100]}]
    _, (tier,) = built(offer("category_percent", rates=rates))
    assert tier.exact.enter((100, 200, 300, 400)) == (400, 600)
    (covered,) = tier.own
    lowered = covered.lower(checkout(newest(), LINES), (400, 600), None)
    assert lowered == ((320, 540), 140)


def test_lines_stay_lines_before_a_step_where_they_matter() -> None:
    _, (first, second) = built(
        tier_percent(),
        spend_and_save(100, 10, "x", excluded_categories=["a"]),
        spend_and_save(100, 10, "y", excluded_categories=["b"]),
    )
    assert len(first.exact.groups) == len(second.exact.groups) == 4


def test_an_offer_that_reaches_its_need_lowers_and_another_does_not() -> None:
    _, (order,) = built(spend_and_save(700, 10, "x", excluded_categories=["b"]), spend_and_save(100, 10, "y"))
    x, y = order.own
    till = checkout(newest(), LINES)
    assert (x.bit, y.bit) == (1, 2)
    assert x.lower(till, (100, 200, 300, 299), None) == ((100, 200, 300, 299), 0)
    assert x.lower(till, (100, 200, 300, 400), None) == ((99, 200, 296, 395), 10)
    assert x.lower(till, (100, 200, 300, 400), 3) == ((100, 200, 299, 398), 3)  # no more room below the cap


def test_no_lines_and_no_offers_are_no_trouble() -> None:
    outline, steps = built()
    assert (steps, outline.sizes) == ((), (4,))
    outline, steps = built(lines=[])
    assert (steps, outline.enter(())) == ((), ())
