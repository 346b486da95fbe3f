"""The counters of limits: their keys, what is left, what is used."""

from __future__ import annotations

import re
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.document import Fault
from loyalty.limit_keys import (
    allowance,
    birthday_allowance,
    birthday_key,
    birthday_use,
    counter_key,
    is_leased,
    limit_key,
    limit_uses,
    read_limits,
)
from loyalty.limits import UNLIMITED, Allowance, Limit, Measure, Period, Scope
from loyalty.quote import RightUse
from loyalty.section import Section
from tests.loyalty.rights_material import limit

DAY = date(2026, 3, 1)
KEY = re.compile(r"[A-Za-z0-9._:-]{1,64}")
RULES = settings(derandomize=True, max_examples=200, deadline=None)
IDS = st.text("aZ9._:-", min_size=1, max_size=64)


def left(*limits: Limit, used: dict[str, int] | None = None, leased: dict[str, int] | None = None) -> Allowance:
    return allowance("o", limits, used or {}, leased or {}, DAY, "m1", "s01")


def read(*limits: object) -> tuple[tuple[Limit, ...], list[str]]:
    faults: list[Fault] = []
    section = Section({"limits": list(limits)}, "$", faults)
    return read_limits(section), [f"{fault.path}: {fault.remedy}" for fault in faults]


@pytest.mark.parametrize(
    ("scope", "period", "key"),
    [
        (Scope.TERMINAL, Period.EVER, "terminal:times:ever:o"),
        (Scope.TERMINAL, Period.DAY, "terminal:times:2026-03-01:o"),
        (Scope.STORE, Period.MONTH, "store:times:2026-03:o:s01"),
        (Scope.MEMBER, Period.YEAR, "member:times:2026:o:m1"),
        (Scope.CHAIN, Period.EVER, "chain:times:ever:o"),
    ],
)
def test_a_key_says_what_it_counts(scope: Scope, period: Period, key: str) -> None:
    assert limit_key("o", limit(scope, period=period), DAY, "m1", "s01") == key
    assert limit_key("o", limit(scope, 99, period=period), DAY, "m1", "s01") == key  # another `most`, the same count


def test_a_long_id_or_one_with_a_colon_is_digested_and_keeps_its_scope() -> None:
    long = limit_key("o" * 64, limit(Scope.MEMBER), DAY, "m" * 64, "s01")
    colon = limit_key("a:b", limit(Scope.MEMBER), DAY, "c", "s01")
    for key in (long, colon):
        assert KEY.fullmatch(key)
        assert key.startswith("member:")
    assert colon != limit_key("a", limit(Scope.MEMBER), DAY, "b:c", "s01")  # joined, both are a:b:c


def test_a_key_of_64_characters_can_still_be_read() -> None:
    room = 64 - len("terminal:times:ever:")
    assert limit_key("o" * room, limit(Scope.TERMINAL), DAY, None, "s01") == "terminal:times:ever:" + "o" * room
    digested = limit_key("o" * (room + 1), limit(Scope.TERMINAL), DAY, None, "s01")
    assert len(digested) == len("terminal:") + 52


def test_a_key_that_can_be_read_has_more_than_two_parts() -> None:
    assert counter_key("x", "a", "b") == "x:a:b"
    assert counter_key("x", "a") != "x:a"
    assert counter_key("x", "a", "") != "x:a:"


def test_a_till_without_a_store_does_not_share_the_counter_of_another_right() -> None:
    nameless = limit_key("coupon/x", limit(Scope.STORE), DAY, None, "")
    assert nameless != limit_key("coupon", limit(Scope.STORE), DAY, None, "x")
    assert KEY.fullmatch(nameless)


def test_a_limit_of_an_order_and_a_guests_member_limit_have_no_key() -> None:
    with pytest.raises(ValueError, match="order"):
        limit_key("o", limit(Scope.ORDER), DAY, "m1", "s01")
    with pytest.raises(ValueError, match="without a member"):
        limit_key("o", limit(Scope.MEMBER), DAY, None, "s01")


def test_only_what_hq_counts_is_leased() -> None:
    leased = [scope for scope in Scope if scope is not Scope.ORDER and is_leased(f"{scope}:times:ever:o")]
    assert leased == [Scope.MEMBER, Scope.STORE, Scope.CHAIN]
    assert not is_leased("copyable:2026-03-01")
    assert not is_leased(birthday_key("o", "m1", 2026))


@RULES
@given(st.lists(st.tuples(st.sampled_from(list(Scope)[1:]), IDS, IDS, IDS), min_size=2, max_size=6, unique=True))
def test_every_key_fits_and_two_counters_never_share_one(counters: list[tuple[Scope, str, str, str]]) -> None:
    keys: dict[str, object] = {}
    for scope, offer, member, store in counters:
        counted = (scope, offer, {Scope.MEMBER: member, Scope.STORE: store}.get(scope))
        key = limit_key(offer, limit(scope), DAY, member, store)
        assert KEY.fullmatch(key)
        assert keys.setdefault(key, counted) == counted
        assert is_leased(key) == (scope is not Scope.TERMINAL)


@RULES
@given(st.lists(IDS, min_size=1, max_size=5), st.lists(IDS, min_size=1, max_size=5))
def test_other_parts_give_another_key(one: list[str], other: list[str]) -> None:
    assert (counter_key("x", *one) == counter_key("x", *other)) == (one == other)


def test_without_limits_nothing_is_limited() -> None:
    assert left() is UNLIMITED


def test_d29_an_order_has_its_limit_and_a_terminal_what_it_has_not_used() -> None:
    assert left(limit(Scope.ORDER, 2)) == Allowance(times=2)
    daily = limit(Scope.TERMINAL, 5, Measure.UNITS, Period.DAY)
    assert left(daily) == Allowance(units=5)
    assert left(daily, used={"terminal:units:2026-03-01:o": 3}) == Allowance(units=2)
    assert left(daily, used={"terminal:units:2026-02-28:o": 3}) == Allowance(units=5)  # another business date
    assert left(daily, used={"terminal:units:2026-03-01:o": 9}) == Allowance(units=0)  # never below zero
    assert left(daily, leased={"terminal:units:2026-03-01:o": 9}) == Allowance(units=5)


@pytest.mark.parametrize("scope", [Scope.MEMBER, Scope.STORE, Scope.CHAIN])
def test_d29_what_only_hq_can_know_is_what_was_leased_and_not_the_whole_limit(scope: Scope) -> None:
    own = limit(scope, 5)
    key = limit_key("o", own, DAY, "m1", "s01")
    assert left(own) == Allowance(times=0)
    assert left(own) != Allowance(times=5)
    assert left(own, leased={key: 2}) == Allowance(times=2)
    assert left(own, used={key: 1}, leased={key: 2}) == Allowance(times=2)  # the lease has it taken off already
    assert left(own, leased={key: -1}) == Allowance(times=0)


def test_a_guest_has_nothing_of_a_member_limit() -> None:
    own = limit(Scope.MEMBER)
    assert allowance("o", (own,), {}, {"member:times:ever:o:m1": 5}, DAY, None, "s01") == Allowance(times=0)


def test_the_least_of_several_limits_counts_in_each_measure() -> None:
    limits = (limit(Scope.ORDER, 7), limit(Scope.TERMINAL, 4), limit(Scope.ORDER, 900, Measure.MONEY))
    assert left(*limits) == Allowance(times=4, money=900)
    assert left(*reversed(limits)) == Allowance(times=4, money=900)


def test_an_applied_offer_uses_what_its_limits_count() -> None:
    limits = (
        limit(Scope.ORDER),
        limit(Scope.TERMINAL, 9, Measure.UNITS, Period.DAY),
        limit(Scope.MEMBER),
        limit(Scope.CHAIN, 9000, Measure.MONEY),
    )
    assert limit_uses("o", limits, 1, 3, 450, DAY, "m1", "s01") == (
        RightUse("limit", "terminal:units:2026-03-01:o", 3),
        RightUse("limit", "member:times:ever:o:m1", 1),
        RightUse("limit", "chain:money:ever:o", 450),
    )
    assert limit_uses("o", limits, 0, 0, 0, DAY, "m1", "s01") == ()


def test_d29_what_was_used_is_what_is_left_less_tomorrow_it_is_new() -> None:
    daily = limit(Scope.TERMINAL, 5, period=Period.DAY)
    (use,) = limit_uses("o", (daily,), 2, 0, 0, DAY, None, "s01")
    assert left(daily, used={use.key: use.amount}) == Allowance(times=3)
    tomorrow = allowance("o", (daily,), {use.key: use.amount}, {}, date(2026, 3, 2), None, "s01")
    assert tomorrow == Allowance(times=5)


def test_d19_a_birthday_is_used_once_for_each_birthday_and_not_for_each_calendar_year() -> None:
    use = birthday_use("gift", "m1", 2026)
    assert use == RightUse("limit", "birthday:2026:gift:m1", 1)
    used = {use.key: use.amount}
    assert birthday_allowance("gift", "m1", 2026, {}) == Allowance(times=1)
    assert birthday_allowance("gift", "m1", 2026, used).exhausted
    assert not birthday_allowance("gift", "m1", 2027, used).exhausted
    assert not birthday_allowance("gift", "m2", 2026, used).exhausted


def test_limits_are_read_with_ever_as_their_period() -> None:
    limits, faults = read(
        {"scope": "order", "measure": "units", "most": 3},
        {"scope": "member", "measure": "times", "most": 1},
        {"scope": "chain", "measure": "money", "most": 10000, "period": "month"},
    )
    assert faults == []
    assert limits == (
        Limit(Scope.ORDER, Measure.UNITS, 3),
        Limit(Scope.MEMBER, Measure.TIMES, 1, Period.EVER),
        Limit(Scope.CHAIN, Measure.MONEY, 10000, Period.MONTH),
    )
    assert read_limits(Section({}, "$", [])) == ()


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ({"scope": "order", "measure": "units", "most": 3, "period": "day"}, "limits[0].period: leave it out"),
        ({"scope": "shop", "measure": "units", "most": 3}, "limits[0].scope: "),
        ({"scope": "store", "measure": "pieces", "most": 3}, "limits[0].measure: "),
        ({"scope": "store", "measure": "units", "most": 3, "period": "week"}, "limits[0].period: "),
        ({"scope": "store", "measure": "units", "most": 0}, "limits[0].most: "),
        ({"scope": "store", "measure": "units", "most": 1, "each": 2}, "limits[0].each: "),
    ],
)
def test_a_wrong_limit_is_one_fault_with_its_way_out(entry: dict[str, object], fault: str) -> None:
    _, faults = read(entry)
    assert [found[: len(fault)] for found in faults] == [fault]


def test_one_limit_of_a_kind_is_enough() -> None:
    twice = [{"scope": "store", "measure": "units", "most": most} for most in (1, 2)]
    assert read(*twice)[1] == ["limits[1].measure: this scope, measure and period is limited above; keep one of them"]
    other = [{"scope": "store", "measure": "units", "most": 1, "period": period} for period in ("day", "month")]
    assert read(*other)[1] == []


def test_ten_limits_are_the_most() -> None:
    every = [
        {"scope": scope, "measure": measure, "most": 1}
        for scope in ("member", "terminal", "store", "chain")
        for measure in ("times", "units", "money")
    ]
    assert read(*every[:10])[1] == []
    assert read(*every[:11])[1] == ["limits: use a list of 0 to 10 objects"]


@pytest.mark.parametrize(("scope", "measure", "period"), list(product(list(Scope)[1:], Measure, Period)))
def test_what_is_left_is_never_below_zero(scope: Scope, measure: Measure, period: Period) -> None:
    one = limit(scope, 3, measure, period)
    key = limit_key("o", one, DAY, "m1", "s01")
    found = left(one, used={key: 100}, leased={key: -100})
    assert found == Allowance(**{measure.value: 0})
    assert found.exhausted
