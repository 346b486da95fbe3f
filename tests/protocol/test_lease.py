"""Grants hold whole, positive points and are numbered from 1."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from protocol.lease import Grant, GrantAsk, GrantLot, Recall
from tests.protocol.movement_examples import SALE

LOT = GrantLot(lot="a", points=1, earned_on="2026-01-01")


@pytest.mark.parametrize("points", [0, -5, 2**63, True, "3"])
def test_points_are_positive_integers(points: object) -> None:
    with pytest.raises(ValidationError):
        GrantLot.model_validate({"lot": "a", "points": points, "earned_on": "2026-01-01"})
    with pytest.raises(ValidationError):
        Grant.model_validate({"number": 1, "member": "m1", "limits": {"room": points}})


@pytest.mark.parametrize("points", [-5, 2**63, True, "3"])
def test_what_is_asked_for_is_never_below_zero(points: object) -> None:
    with pytest.raises(ValidationError):
        GrantAsk.model_validate({"member": "m1", "points": points, "after": 0})
    assert GrantAsk(member=None, after=0, sale=SALE).points == 0


def test_a_recall_is_of_a_lease_or_of_a_right_to_refund() -> None:
    assert Recall(sale=SALE).asset is None
    with pytest.raises(ValidationError):
        Recall.model_validate({"asset": "points", "lot": "a", "amount": -1})


def test_numbers_begin_at_one() -> None:
    assert Grant(number=1, member="m1", lots=(LOT,)).lots == (LOT,)
    with pytest.raises(ValidationError):
        Grant(number=0, member="m1", lots=(LOT,))
