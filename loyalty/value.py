"""Stored value: lots of principal and bonus (本金 / 赠金), each with the ratio of its own top-up (D24)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ValueLot:
    """`principal` and `bonus` as topped up, in minor units; `spent` is how much of their sum is gone.

    How much of `spent` is principal follows from the draw-down policy. Dates are ISO; None never expires.
    """

    id: str
    principal: int
    bonus: int
    spent: int
    topped_up_on: str
    expires_on: str | None = None

    @property
    def left(self) -> int:
        return self.principal + self.bonus - self.spent
