"""The answer of `price`: every amount with its reasons, and every offer that missed with its distance (D27)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """The declared pipeline, in order (D06)."""

    ITEM_PRICE = "item_price"
    ITEM_OFFER = "item_offer"
    TIER = "tier"
    ORDER = "order"
    COUPON = "coupon"
    POINTS = "points"


class Miss(StrEnum):
    """The first condition that failed, for an offer that did not apply."""

    REMOVED = "removed"  # taken out of this basket (D28)
    NOT_YET = "not_yet"  # before its first day
    ENDED = "ended"
    MEMBERS_ONLY = "members_only"
    TIER_TOO_LOW = "tier_too_low"
    NO_ELIGIBLE_GOODS = "no_eligible_goods"
    BELOW_THRESHOLD = "below_threshold"  # `distance` says how much more
    NOTHING_OFF = "nothing_off"
    BETTER_WITHOUT = "better_without"  # lawful, but another combination is cheaper (D26)


@dataclass(frozen=True)
class Reason:
    """`amount` minor units were taken off by `offer`; `order` is its place in the pipeline, from 1."""

    offer: str
    step: Step
    amount: int
    order: int


@dataclass(frozen=True)
class QuoteLine:
    """One line: `gross` at shelf price, `net` after all discounts (before points), `base` the points base (D04)."""

    no: int
    gtin: str
    quantity: int
    gross: int
    net: int
    base: int
    units: tuple[int, ...]  # what each unit was reduced by, lowest numbered first (D02)
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Missed:
    """`distance`: least amount of goods at item price that would meet the condition (D27); `saves`: what it gives."""

    offer: str
    miss: Miss
    distance: int | None = None
    saves: int | None = None


@dataclass(frozen=True)
class PointsUse:
    """`points` pay `money`. `asked` is what was wanted; `limited_by` says why less is used (None: all of it).

    `available` is how many could be used on this order here, now. limited_by is one of: whole_units, cap, order,
    available, copyable_daily, not_a_member, assurance.
    """

    asked: int
    points: int
    money: int
    available: int
    limited_by: str | None


@dataclass(frozen=True)
class Earned:
    rule: str
    points: int


@dataclass(frozen=True)
class Quote:
    """`gross` is the sum at shelf price, `net` after discounts, `due` what is left to pay after points as money.

    `guest_net` is what a guest would pay; `saved` is gross − net. `proven`: the combination of offers is the best
    lawful one, shown by considering all of them (D26).
    """

    currency: str
    gross: int
    net: int
    due: int
    guest_net: int
    lines: tuple[QuoteLine, ...]
    reasons: tuple[Reason, ...]
    missed: tuple[Missed, ...]
    use: PointsUse
    earned: tuple[Earned, ...]
    proven: bool
    programme: str
    version: int
    engine: str

    @property
    def saved(self) -> int:
        return self.gross - self.net

    @property
    def earns(self) -> int:
        return sum(earned.points for earned in self.earned)
