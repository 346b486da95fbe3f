"""Stored value: lots of principal and bonus (本金 / 赠金), each with the ratio of its own top-up (D24).

A lot changes only by the steps below, and each gives another lot. What a step moved is the difference of the two
(`value_move`), so nothing can appear or vanish between them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from loyalty.money import half_up


class Draw(StrEnum):
    """Which part of a lot is drawn first: the policy of the programme at the time of the top-up (D24)."""

    PROPORTIONAL = "proportional"
    PRINCIPAL_FIRST = "principal_first"
    BONUS_FIRST = "bonus_first"


@dataclass(frozen=True)
class ValueLot:
    """`principal` and `bonus` as topped up, in minor units; `spent` is how much of their sum has been spent.

    How much of `spent` is principal follows from `draw`. `paid_out` is principal given back in money and
    `bonus_ended` is bonus that a pay-out cancelled or that expired; after either, no bonus is left. Dates are ISO;
    `expires_on` is the last good day, of a member's lot for its bonus alone, of a gift card for all; None never
    expires. What HQ has placed of a lot at one till is a lot of its own there. Raises ValueError below zero.
    """

    id: str
    principal: int
    bonus: int
    spent: int
    topped_up_on: str
    expires_on: str | None = None
    draw: Draw = Draw.PROPORTIONAL
    paid_out: int = 0
    bonus_ended: int = 0

    def __post_init__(self) -> None:
        given = min(self.principal, self.bonus, self.spent, self.paid_out, self.bonus_ended)
        spent, left = min(self.principal_spent, self.bonus_spent), min(self.principal_left, self.bonus_left)
        if min(given, spent, left) < 0:
            raise ValueError(f"value lot {self.id} goes below zero: {self}")

    @property
    def left(self) -> int:
        return self.principal_left + self.bonus_left

    @property
    def principal_left(self) -> int:
        return self.principal - self.principal_spent - self.paid_out

    @property
    def bonus_left(self) -> int:
        """Nothing once it has ended, even where a refund winds the sum back."""
        return 0 if self.bonus_is_over else self.bonus - self.bonus_spent

    @property
    def principal_spent(self) -> int:
        return self.spent - self.bonus_spent

    @property
    def bonus_spent(self) -> int:
        return self.bonus - self.bonus_ended if self.bonus_is_over else self._bonus_of(self.spent)

    @property
    def bonus_is_over(self) -> bool:
        return self.paid_out > 0 or self.bonus_ended > 0

    def spend(self, amount: int) -> ValueLot:
        """The lot with `amount` more of it spent. Raises ValueError if it holds less."""
        return replace(self, spent=self.spent + _positive(amount))

    def wind_back(self, amount: int) -> ValueLot:
        """The lot before the last `amount` was spent; bonus that would come back after its end has ended too."""
        spent = self.spent - _positive(amount)
        if spent < 0:
            raise ValueError(f"cannot give {amount} back to value lot {self.id}: {self.spent} of it has been spent")
        if not self.bonus_is_over:
            return replace(self, spent=spent)
        still_spent = min(self.bonus_spent, self._bonus_of(spent))
        return replace(self, spent=spent, bonus_ended=self.bonus - still_spent)

    def end_bonus(self) -> ValueLot:
        """The lot without the bonus that is left in it."""
        return replace(self, bonus_ended=self.bonus_ended + self.bonus_left)

    def pay_out(self, amount: int) -> ValueLot:
        """The lot with `amount` of its principal given back in money, which ends its bonus (D24)."""
        without = self.end_bonus() if _positive(amount) else self
        return replace(without, paid_out=self.paid_out + amount)

    def _bonus_of(self, spent: int) -> int:
        """How much of the first `spent` is bonus: the rest is half up(spent × P / (P + B)) where it is proportional."""
        if self.draw is Draw.BONUS_FIRST:
            return min(spent, self.bonus)
        if self.draw is Draw.PRINCIPAL_FIRST:
            return max(0, spent - self.principal)
        if not self.bonus:
            return 0
        return spent - half_up(spent, Fraction(self.principal, self.principal + self.bonus))


def value_order(lot: ValueLot) -> tuple[bool, str, str, str]:
    """The lot that expires soonest first, then the older, then the lower id; undated last (D17)."""
    return (lot.expires_on is None, lot.expires_on or "", lot.topped_up_on, lot.id)


def _positive(amount: int) -> int:
    if amount < 0:
        raise ValueError(f"the amount is {amount}: it must not be negative")
    return amount
