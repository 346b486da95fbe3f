"""In which terms a search keeps its amounts."""

from __future__ import annotations

from typing import Any

from loyalty import Line
from loyalty.offers import SumOffer
from loyalty.stages import Stage, by_line, stages
from tests.loyalty.material import line, programme, spend_and_save, tier_percent

LINES = [line(1, 100, category="a"), line(2, 200, category="b"), line(3, 300, category="a"), line(4, 400, category="c")]


def built(*entries: dict[str, Any], lines: list[Line] = LINES) -> tuple[Stage, ...]:
    offers = [offer for offer in programme(*entries).offers if isinstance(offer, SumOffer)]
    return stages(by_line(lines, offers, 0), len(lines))


def test_offers_that_cover_everything_need_one_sum() -> None:
    tier, order = built(tier_percent(), spend_and_save(100, 10))
    assert tier.enter((100, 200, 300, 400)) == (1000,)
    assert order.enter((880,)) == (880,)
    assert [covered.places for covered in tier.own] == [(0,)]


def test_a_tier_that_covers_less_than_the_order_needs_two_sums_and_then_one() -> None:
    tier, order = built(tier_percent(excluded=("b",)), spend_and_save(100, 10))
    assert tier.enter((100, 200, 300, 400)) == (800, 200)
    assert order.enter((704, 200)) == (904,)


def test_where_the_division_over_lines_matters_the_lines_stay() -> None:
    tier, order = built(tier_percent(), spend_and_save(100, 10, excluded_categories=["b"]))
    assert tier.enter((100, 200, 300, 400)) == (100, 200, 300, 400)
    assert order.enter((88, 176, 264, 352)) == (704, 176)


def test_lines_stay_lines_before_a_step_where_they_matter() -> None:
    first, second = built(
        tier_percent(),
        spend_and_save(100, 10, "x", excluded_categories=["a"]),
        spend_and_save(100, 10, "y", excluded_categories=["b"]),
    )
    assert len(first.groups) == len(second.groups) == 4


def test_an_offer_that_reaches_its_need_lowers_and_another_does_not() -> None:
    (order,) = built(spend_and_save(700, 10, "x", excluded_categories=["b"]), spend_and_save(100, 10, "y"))
    x, y = order.own
    assert (x.bit, y.bit) == (1, 2)
    assert x.lower((100, 200, 300, 299), None) is None
    assert x.lower((100, 200, 300, 400), None) == (99, 200, 296, 395)
    assert x.total((100, 200, 300, 400)) == 800


def test_no_lines_and_no_offers_are_no_trouble() -> None:
    assert built() == ()
    (order,) = built(spend_and_save(1, 1), lines=[])
    assert order.enter(()) == ()
