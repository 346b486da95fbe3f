"""The key `refunds` of a programme: its defaults, what it takes, and every fault at once."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty.document import Fault
from loyalty.outline import outline
from loyalty.refund_policy import CouponBack, RefundPolicy, Threshold
from loyalty.sale import TenderKind
from loyalty.section import Section
from tests.loyalty.material import programme


def read(value: dict[str, Any]) -> tuple[RefundPolicy, list[Fault]]:
    faults: list[Fault] = []
    return RefundPolicy.read(Section(value, "refunds", faults)), faults


def test_a_programme_without_the_key_has_the_defaults_of_the_rules() -> None:
    policy = programme(format=2).refunds
    assert policy == RefundPolicy(Threshold.KEEP, (), None, CouponBack.FULL_RETURN, 14)


def test_an_empty_object_is_the_same_as_none() -> None:
    assert read({}) == (RefundPolicy(), [])


def test_every_key_is_read() -> None:
    document = {
        "threshold": "test_again",
        "tender_order": ["cash", "stored_value"],
        "debt_cap": 500,
        "coupon_back": "never",
        "grace_days": 0,
    }
    policy = programme(format=2, refunds=document).refunds
    order = (TenderKind.CASH, TenderKind.STORED_VALUE)
    assert policy == RefundPolicy(Threshold.TEST_AGAIN, order, 500, CouponBack.NEVER, 0)


def test_a_debt_may_be_ruled_out() -> None:
    assert read({"debt_cap": 0}) == (RefundPolicy(debt_cap=0), [])


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"threshold": "test"}, "refunds.threshold"),
        ({"tender_order": ["cash", "gold"]}, "refunds.tender_order"),
        ({"debt_cap": -1}, "refunds.debt_cap"),
        ({"coupon_back": "always"}, "refunds.coupon_back"),
        ({"grace_days": 4000}, "refunds.grace_days"),
        ({"window_days": 3}, "refunds.window_days"),
    ],
)
def test_what_is_wrong_is_named(document: dict[str, Any], path: str) -> None:
    policy, faults = read(document)
    assert [fault.path for fault in faults] == [path]
    assert policy.threshold is Threshold.KEEP


def test_the_outline_has_every_key() -> None:
    shape = outline(RefundPolicy.read)
    assert set(shape.leaves) == {"threshold", "tender_order", "debt_cap", "coupon_back", "grace_days"}
