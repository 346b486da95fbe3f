"""What lies at this terminal of a member, or of whoever bears it: all that may be spent here (sync.md, Leases)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from loyalty.coupon import Coupon
from loyalty.lots import Lot
from loyalty.value import ValueLot


@dataclass(frozen=True)
class Held:
    """Nothing here is empty: `points` and `value` in spending order (D17), `limits` with what is left by key.

    `limits` are counted rights that HQ placed here, room for top-ups included. `stamps` were collected here.
    """

    points: tuple[Lot, ...] = ()
    value: tuple[ValueLot, ...] = ()
    coupons: tuple[Coupon, ...] = ()
    limits: Mapping[str, int] = field(default_factory=dict)
    stamps: Mapping[str, int] = field(default_factory=dict)
