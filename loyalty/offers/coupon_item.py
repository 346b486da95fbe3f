"""`coupon_item`: units free or reduced, for a coupon (赠品券)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from loyalty.money import half_up
from loyalty.offers.offer import ItemCoupon, common
from loyalty.section import Section


@dataclass(frozen=True)
class CouponItem(ItemCoupon):
    """`percent` off the `quantity` dearest covered units."""

    kind = "coupon_item"

    quantity: int
    percent: Fraction

    @property
    def most_units(self) -> int:
        return self.quantity

    def most_off(self, unit: int) -> int:
        return unit

    def off_units(self, units: Sequence[int]) -> int:
        return half_up(sum(units), self.percent)

    @classmethod
    def read(cls, section: Section) -> Self:
        return cls(
            **common(section, cls),
            quantity=section.integer("quantity", 1, 999) if section.has("quantity") else 1,
            percent=section.fraction("percent", 1) if section.has("percent") else Fraction(1),
        )
