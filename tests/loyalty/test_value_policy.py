"""The programme's policy for stored value."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from loyalty import ProgrammeError, Tender, TenderKind
from loyalty.basket import LineKind
from loyalty.value import Draw
from loyalty.value_policy import StoredValue, TopUpStep
from tests.loyalty.material import programme
from tests.loyalty.value_material import value_programme


def read(**keys: Any) -> StoredValue:
    policy = programme(format=2, stored_value=keys).stored_value
    assert policy is not None
    return policy


def test_a_programme_without_the_key_has_no_stored_value() -> None:
    assert programme().stored_value is None


def test_every_key_has_a_default() -> None:
    policy = read()
    assert policy == StoredValue()
    assert (policy.limit_named, policy.limit_unnamed) == (500_000, 100_000)
    assert LineKind.GIFT_CARD not in policy.pays
    assert (policy.assurance, policy.with_pin, policy.bonus_earns) == ("P4", "P3", False)


def test_all_keys_are_read() -> None:
    policy = read(
        draw="bonus_first",
        steps=[{"from": 50_000, "percent": [1, 10]}, {"from": 100_000, "bonus": 20_000}],
        least=1_000,
        most=200_000,
        limit_named=300_000,
        limit_unnamed=50_000,
        bonus_lifetime_months=12,
        bonus_earns=True,
        tenders=["cash", "third_party:lianhua"],
        pays=["goods", "gift_card"],
        assurance="P3",
        with_pin="P1",
        offline_limit=20_000,
    )
    assert policy == StoredValue(
        draw=Draw.BONUS_FIRST,
        steps=(TopUpStep(50_000, percent=Fraction(1, 10)), TopUpStep(100_000, 20_000)),
        least=1_000,
        most=200_000,
        limit_named=300_000,
        limit_unnamed=50_000,
        bonus_lifetime_months=12,
        bonus_earns=True,
        tenders=frozenset({"cash", "third_party:lianhua"}),
        pays=frozenset({LineKind.GOODS, LineKind.GIFT_CARD}),
        assurance="P3",
        with_pin="P1",
        offline_limit=20_000,
    )


@pytest.mark.parametrize(
    "keys",
    [
        {"least": 1, "most": 1, "limit_named": 0, "limit_unnamed": 0, "bonus_lifetime_months": 1, "offline_limit": 0},
        {"least": 7, "most": 7, "bonus_lifetime_months": 1_200},
        {"steps": []},
        {"steps": [{"from": least, "bonus": 1} for least in range(1, 51)]},
    ],
)
def test_the_bounds_of_each_key_are_lawful(keys: dict[str, Any]) -> None:
    policy = read(**keys)
    steps = keys.pop("steps", [])
    assert {key: getattr(policy, key) for key in keys} == keys
    assert [step.least for step in policy.steps] == [step["from"] for step in steps]


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        ({"draw": "bonus"}, "stored_value.draw"),
        ({"steps": [{"from": 1, "bonus": 1, "percent": [1, 2]}]}, "stored_value.steps[0].bonus"),
        ({"steps": [{"from": 1}]}, "stored_value.steps[0].bonus"),
        ({"steps": [{"from": 5, "bonus": 1}, {"from": 5, "bonus": 2}]}, "stored_value.steps[1].from"),
        ({"steps": [{"from": 5, "percent": [11, 1]}]}, "stored_value.steps[0].percent"),
        ({"least": 100, "most": 99}, "stored_value.most"),
        ({"tenders": ["cheque"]}, "stored_value.tenders"),
        ({"tenders": ["third_party:"]}, "stored_value.tenders"),
        ({"tenders": ["stored_value"]}, "stored_value.tenders"),
        ({"pays": ["food"]}, "stored_value.pays"),
        ({"assurance": "P0"}, "stored_value.assurance"),
        ({"bonus_lifetime_months": 0}, "stored_value.bonus_lifetime_months"),
        ({"bonus_lifetime_months": 1_201}, "stored_value.bonus_lifetime_months"),
        ({"steps": [{"from": least, "bonus": 1} for least in range(1, 52)]}, "stored_value.steps"),
        ({"boni": 1}, "stored_value.boni"),
    ],
)
def test_what_is_wrong_is_named_with_its_path(keys: dict[str, Any], path: str) -> None:
    with pytest.raises(ProgrammeError) as caught:
        read(**keys)
    assert [fault.path for fault in caught.value.faults] == [path]


@pytest.mark.parametrize(
    ("amount", "bonus"), [(49_999, 0), (50_000, 5_000), (99_995, 10_000), (100_000, 20_000), (300_000, 20_000)]
)
def test_the_highest_step_reached_gives_its_bonus(amount: int, bonus: int) -> None:
    policy = value_programme().stored_value
    assert policy is not None
    assert policy.bonus_for(amount) == bonus  # 99,995 × 1/10 is 9,999.5: half up


@pytest.mark.parametrize(
    ("tender", "taken"),
    [
        (Tender(TenderKind.CASH, 1), True),
        (Tender(TenderKind.MOBILE, 1), False),
        (Tender(TenderKind.THIRD_PARTY, 1, "lianhua"), True),
        (Tender(TenderKind.THIRD_PARTY, 1, "other"), False),
        (Tender(TenderKind.STORED_VALUE, 1), False),
    ],
)
def test_a_top_up_takes_the_tenders_that_are_named(tender: Tender, taken: bool) -> None:
    policy = value_programme().stored_value
    assert policy is not None
    assert policy.takes(tender) is taken
