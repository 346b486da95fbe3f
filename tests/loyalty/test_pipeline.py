"""Offers one after the other."""

from __future__ import annotations

from loyalty.pipeline import gross_of, in_step_order, preference, run
from tests.loyalty.material import line, member_price, programme, spend_and_save, tier_percent

LINES = [line(1, 10000), line(2, 10000, gtin="10000000")]
RULES = programme(
    spend_and_save(15000, 2000, "save", 1), tier_percent("tier", 2), member_price({"10000000": 8000}, "price", 9)
)
GOLD = RULES.tier("gold")


def test_each_offer_works_on_what_the_one_before_it_left() -> None:
    done = run(LINES, in_step_order(RULES.offers), GOLD)
    assert [(applied.offer.id, applied.amount) for applied in done.applied] == [
        ("price", 2000),
        ("tier", 2160),
        ("save", 2000),
    ]
    assert (done.nets, done.net) == ((7689, 6151), 13840)


def test_an_offer_that_takes_nothing_off_is_left_out() -> None:
    done = run([line(1, 100)], RULES.offers, None)
    assert (done.applied, done.nets) == ((), (100,))


def test_steps_come_before_priorities() -> None:
    assert [offer.id for offer in in_step_order(RULES.offers)] == ["price", "tier", "save"]


def test_preference_is_total_then_fewer_then_ranks_then_order() -> None:
    save, tier, price = RULES.offers
    ordered = [
        preference(99, [tier, price, save]),
        preference(100, []),
        preference(100, [price]),
        preference(100, [save, tier]),
        preference(100, [tier, save]),
        preference(100, [save, price]),
    ]
    assert ordered == sorted(ordered)


def test_gross_is_quantity_times_price() -> None:
    assert gross_of([line(1, 333, 3), line(2, 0, 5)]) == (999, 0)
