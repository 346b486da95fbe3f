"""Grants hold whole, positive points and are numbered from 1."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from protocol.lease import Grant, GrantAsk, GrantLot

LOT = GrantLot(lot="a", points=1, earned_on="2026-01-01")


@pytest.mark.parametrize("points", [0, -5, 2**63, True, "3"])
def test_points_are_positive_integers(points: object) -> None:
    with pytest.raises(ValidationError):
        GrantLot.model_validate({"lot": "a", "points": points, "earned_on": "2026-01-01"})
    with pytest.raises(ValidationError):
        GrantAsk.model_validate({"member": "m1", "points": points, "after": 0})


def test_numbers_begin_at_one() -> None:
    assert Grant(number=1, member="m1", lots=(LOT,)).lots == (LOT,)
    with pytest.raises(ValidationError):
        Grant(number=0, member="m1", lots=(LOT,))
