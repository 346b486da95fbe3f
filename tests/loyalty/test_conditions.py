"""Which offers compete, and what the others fail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loyalty import Line, MemberFacts, Miss, TillState
from loyalty.conditions import guest_of
from loyalty.limit_keys import birthday_key
from loyalty.moment import Moment
from tests.loyalty.material import (
    NOON,
    line,
    member,
    member_price,
    newest,
    offer,
    programme,
    spend_and_save,
    tier_percent,
)
from tests.loyalty.till_material import checkout, conditions, contenders

RULES = programme(
    member_price({"10000000": 100}, "price"),
    tier_percent("tier", excluded=("tobacco",)),
    spend_and_save(1000, 100, "save", excluded_categories=["tobacco"]),
)


def misses(who: MemberFacts | None, *lines: Line, removed: tuple[str, ...] = ()) -> list[Miss | None]:
    asked = conditions(RULES, lines, who, removed=removed)
    return [asked.first_failed(entry) for entry in RULES.index.entries]


def competing(*lines: Line) -> list[str]:
    return [each.offer.id for each in contenders(RULES, lines, member("gold"))]


def test_conditions_are_judged_in_order() -> None:
    snack, tobacco = line(1, 1000), line(1, 1000, category="tobacco")
    assert misses(member("gold"), snack) == [Miss.NO_ELIGIBLE_GOODS, None, None]
    assert misses(member("gold"), tobacco) == [Miss.NO_ELIGIBLE_GOODS] * 3
    assert misses(None, tobacco) == [Miss.MEMBERS_ONLY, Miss.MEMBERS_ONLY, Miss.NO_ELIGIBLE_GOODS]
    assert misses(None, tobacco, removed=("tier", "save")) == [Miss.MEMBERS_ONLY, Miss.REMOVED, Miss.REMOVED]


def test_an_empty_basket_has_no_eligible_goods() -> None:
    assert misses(member("gold")) == [Miss.NO_ELIGIBLE_GOODS] * 3


def test_what_is_out_of_reach_does_not_compete() -> None:
    assert competing(line(1, 999)) == ["tier"]
    assert competing(line(1, 1000)) == ["tier", "save"]
    assert competing(line(1, 999), line(2, 500, category="tobacco")) == ["tier"]


def test_a_pair_needs_two_units() -> None:
    rules = newest(offer("nth_unit", nth=2, percent=[1, 2]))
    assert contenders(rules, [line(1, 500)]) == []
    assert [each.places for each in contenders(rules, [line(1, 500, 2)])] == [(0,)]


def test_a_coupon_offer_competes_only_with_a_coupon() -> None:
    rules = newest(offer("coupon_amount", amount=100))
    lines = [line(1, 500)]
    assert conditions(rules, lines).contenders(checkout(rules, lines)) == []
    assert len(conditions(rules, lines, coupons=["coupon-amount"]).contenders(checkout(rules, lines))) == 1


def test_a_birthday_offer_is_used_once_for_each_birthday() -> None:
    rules = newest(offer("percent_off", percent=[10, 100], birthday=True))
    lines, born = [line(1, 500)], MemberFacts("m1", "gold", "1990-03-02")
    (entry,) = rules.index.entries
    assert conditions(rules, lines, born).first_failed(entry) is None
    used = TillState(used={birthday_key("percent-off", "m1", 2026): 1})
    assert conditions(rules, lines, born, state=used).first_failed(entry) is Miss.LIMIT_REACHED
    before = TillState(used={birthday_key("percent-off", "m1", 2025): 1})
    assert conditions(rules, lines, born, state=before).first_failed(entry) is None
    assert conditions(rules, lines, replace(born, birthday="1990-06-01")).first_failed(entry) is Miss.NOT_BIRTHDAY


def test_a_birthday_that_was_changed_within_the_year_counts_from_the_next() -> None:
    rules = newest(offer("percent_off", percent=[10, 100], birthday=True))
    (entry,) = rules.index.entries
    changed = MemberFacts("m1", "gold", "1990-03-02", birthday_changed_on="2026-02-01")
    assert conditions(rules, [line(1, 500)], changed).first_failed(entry) is Miss.NOT_BIRTHDAY
    earlier = replace(changed, birthday_changed_on="2024-02-01")
    assert conditions(rules, [line(1, 500)], earlier).first_failed(entry) is None


@pytest.mark.parametrize(("store", "miss"), [("s01", None), ("s02", Miss.NOT_HERE), ("", Miss.NOT_HERE)])
def test_an_offer_of_some_stores_looks_at_the_store_of_the_till(store: str, miss: Miss | None) -> None:
    rules = newest(offer("percent_off", percent=[10, 100], stores=["s01"]))
    asked = conditions(rules, [line(1, 500)], state=TillState(store=store))
    assert asked.first_failed(rules.index.entries[0]) is miss


def test_a_stamp_card_counts_the_stamps_that_are_held_and_none_where_none_are() -> None:
    rules = newest(offer("stamp_card", buys=3))
    (entry,) = rules.index.entries
    lines = [line(1, 500)]
    assert conditions(rules, lines, member()).contender(entry).held == 0
    held = TillState(stamps={"stamp-card": 2})
    assert conditions(rules, lines, member(), state=held).contender(entry).held == 2


def test_a_stamp_card_collects_for_a_member_with_its_goods_only() -> None:
    rules = newest(offer("stamp_card", buys=3, categories=["coffee"]))
    coffee, tea = line(1, 500, category="coffee"), line(1, 500, category="tea")
    assert len(conditions(rules, [coffee], member()).stamp_cards()) == 1
    assert conditions(rules, [tea], member()).stamp_cards() == []
    assert conditions(rules, [coffee]).stamp_cards() == []


def test_an_offer_without_allowance_does_not_compete() -> None:
    limit = {"scope": "member", "measure": "times", "most": 3}
    rules = newest(offer("percent_off", percent=[10, 100], limits=[limit]))
    asked = conditions(rules, [line(1, 500)], member())
    assert asked.first_failed(rules.index.entries[0]) is Miss.LIMIT_REACHED
    assert asked.contenders(checkout(rules, [line(1, 500)])) == []


def test_a_guest_is_the_same_person_without_membership() -> None:
    who = MemberFacts("m1", "gold", "1990-03-02", groups=frozenset({"staff"}), purchases=0)
    own = conditions(RULES, [], who).buyer
    assert (own.shopper.birthday, own.shopper.first_purchase, own.shopper.groups) == (2026, True, who.groups)
    guest = guest_of(own, frozenset({"c"}))
    assert (guest.member, guest.shopper.tier, guest.shopper.birthday, guest.shopper.first_purchase) == (
        None,
        None,
        None,
        False,
    )
    assert (guest.coupons, guest.shopper.groups) == ({"c"}, frozenset())
    assert guest.shopper.today == own.shopper.today


@pytest.mark.parametrize(("purchases", "first"), [(None, False), (0, True), (1, False)])
def test_a_first_purchase_must_be_known_to_be_the_first(purchases: int | None, first: bool) -> None:
    assert conditions(RULES, [], MemberFacts("m1", "gold", purchases=purchases)).buyer.shopper.first_purchase is first


def test_the_wall_clock_of_the_shop_counts() -> None:
    late = Moment(NOON.utc_ms + 11 * 3_600_000 + 59 * 60_000)
    shopper = conditions(RULES, [], at=late).buyer.shopper
    assert (shopper.today.isoformat(), shopper.minute) == ("2026-03-01", 23 * 60 + 59)
