"""A coupon: one issued right of one member, or of its bearer, to use an offer (domain vocabulary)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CouponState(StrEnum):
    ISSUED = "issued"
    USED = "used"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Coupon:
    """`rule` is the id of its `CouponRule` in the programme; `holder` is a member's id, None is whoever bears it.

    Dates are ISO; both the first and the last day count, on the shop's wall clock; None is open.
    """

    code: str
    rule: str
    holder: str | None = None
    starts_on: str | None = None
    expires_on: str | None = None
    state: CouponState = CouponState.ISSUED
