"""For whom and when a rule holds: every condition with the one thing that fails it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from loyalty.audience import Audience, Shopper
from loyalty.quote import Miss
from loyalty.section import Section
from loyalty.tiers import Tier

GOLD = Tier("gold", {"en": "Gold"}, 2, Fraction(12, 100), Fraction(3, 2))
SUNDAY = date(2026, 3, 1)
ANN = Shopper(
    GOLD, SUNDAY, minute=12 * 60, store="s01", groups=frozenset({"staff"}), birthday=2026, first_purchase=True
)
GUEST = Shopper(None, SUNDAY, minute=12 * 60, store="s01")


def ids(*names: str) -> frozenset[str]:
    return frozenset(names)


@pytest.mark.parametrize(
    ("audience", "other", "miss"),
    [
        (Audience(stores=ids("s01", "s02")), replace(ANN, store="s03"), Miss.NOT_HERE),
        (Audience(starts=SUNDAY), replace(ANN, today=date(2026, 2, 28)), Miss.NOT_YET),
        (Audience(ends=SUNDAY), replace(ANN, today=date(2026, 3, 2)), Miss.ENDED),
        (Audience(weekdays=frozenset({7})), replace(ANN, today=date(2026, 3, 2)), Miss.NOT_TODAY),
        (Audience(days=frozenset({SUNDAY})), replace(ANN, today=date(2026, 3, 8)), Miss.NOT_TODAY),
        (Audience(hours=((720, 721),)), replace(ANN, minute=721), Miss.NOT_NOW),
        (Audience(hours=((0, 60), (720, 780))), replace(ANN, minute=719), Miss.NOT_NOW),
        (Audience(members_only=True), GUEST, Miss.MEMBERS_ONLY),
        (Audience(tiers=ids("gold")), replace(ANN, tier=replace(GOLD, id="regular")), Miss.TIER_TOO_LOW),
        (Audience(tiers=ids("gold")), GUEST, Miss.MEMBERS_ONLY),
        (Audience(groups=ids("staff", "press")), replace(ANN, groups=ids("guests")), Miss.NOT_IN_GROUP),
        (Audience(groups=ids("staff")), replace(GUEST, groups=ids("staff")), Miss.MEMBERS_ONLY),
        (Audience(birthday=True), replace(ANN, birthday=None), Miss.NOT_BIRTHDAY),
        (Audience(birthday=True), GUEST, Miss.MEMBERS_ONLY),
        (Audience(first_purchase=True), replace(ANN, first_purchase=False), Miss.NOT_FIRST_PURCHASE),
        (Audience(first_purchase=True), GUEST, Miss.MEMBERS_ONLY),
    ],
)
def test_each_condition_lets_one_in_and_keeps_another_out(audience: Audience, other: Shopper, miss: Miss) -> None:
    assert audience.barred(ANN) is None
    assert audience.barred(other) is miss


def test_without_conditions_it_is_for_everybody() -> None:
    assert Audience().barred(ANN) is None
    assert Audience().barred(GUEST) is None


def test_the_place_is_asked_first_then_the_time_then_the_person() -> None:
    audience = Audience(stores=ids("s02"), ends=date(2026, 1, 1), members_only=True)
    assert audience.barred(GUEST) is Miss.NOT_HERE
    assert replace(audience, stores=ids()).barred(GUEST) is Miss.ENDED
    assert replace(audience, stores=ids(), ends=None).barred(GUEST) is Miss.MEMBERS_ONLY


def read(value: dict[str, Any]) -> tuple[Audience, list[str]]:
    section = Section(value, "$", [])
    audience = Audience.read(section)
    section.close()
    return audience, [str(fault) for fault in section.faults]


def test_every_key_is_read_and_each_may_be_left_out() -> None:
    value = {
        "members_only": True,
        "tiers": ["gold"],
        "groups": ["staff"],
        "stores": ["s01"],
        "from": "2026-03-01",
        "until": "2026-03-01",
        "weekdays": [6, 7],
        "days": ["2026-03-01"],
        "hours": [["17:00", "24:00"]],
        "birthday": True,
        "first_purchase": True,
    }
    days = (frozenset({6, 7}), frozenset({SUNDAY}))
    everything = Audience(
        True, ids("gold"), ids("staff"), ids("s01"), SUNDAY, SUNDAY, *days, ((1020, 1440),), birthday=True
    )
    assert read(value) == (replace(everything, first_purchase=True), [])
    assert read({}) == (Audience(), [])


def test_an_end_before_the_beginning_is_a_fault() -> None:
    assert read({"from": "2026-03-02", "until": "2026-03-01"})[1] == [
        "until is '2026-03-01': use a day not before 'from', 2026-03-02"
    ]
