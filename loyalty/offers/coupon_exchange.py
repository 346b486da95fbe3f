"""`coupon_exchange`: a coupon and a fixed payment for a unit of certain goods (换购券)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from loyalty.offers.offer import ItemCoupon, common
from loyalty.section import Section


@dataclass(frozen=True)
class CouponExchange(ItemCoupon):
    """Each of the `quantity` dearest covered units costs `pay`, where it costs more."""

    kind = "coupon_exchange"

    quantity: int
    pay: int

    @property
    def most_units(self) -> int:
        return self.quantity

    def most_off(self, unit: int) -> int:
        return max(0, unit - self.pay)

    def off_units(self, units: Sequence[int]) -> int:
        return sum(map(self.most_off, units))

    @classmethod
    def read(cls, section: Section) -> Self:
        quantity = section.integer("quantity", 1, 999) if section.has("quantity") else 1
        return cls(**common(section, cls), quantity=quantity, pay=section.integer("pay", 0))
