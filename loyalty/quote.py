"""The answer of `price`: every amount with its reasons, and every offer that missed with its distance (D27)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Step(StrEnum):
    """The declared pipeline, in order (D06)."""

    ITEM_PRICE = "item_price"
    ITEM_OFFER = "item_offer"
    TIER = "tier"
    ORDER = "order"
    COUPON = "coupon"
    POINTS = "points"


class Miss(StrEnum):
    """The first condition that failed, for an offer that did not apply, in the order in which they are asked."""

    REMOVED = "removed"  # taken out of this basket (D28)
    NOT_HERE = "not_here"  # for other stores
    NOT_YET = "not_yet"  # before its first day
    ENDED = "ended"
    NOT_TODAY = "not_today"  # other days of the week or of the year
    NOT_NOW = "not_now"  # other hours
    MEMBERS_ONLY = "members_only"
    TIER_TOO_LOW = "tier_too_low"  # for other tiers, or nothing on this one
    NOT_IN_GROUP = "not_in_group"
    NOT_BIRTHDAY = "not_birthday"
    NOT_FIRST_PURCHASE = "not_first_purchase"
    LIMIT_REACHED = "limit_reached"  # no more of it here and now (D29)
    NO_ELIGIBLE_GOODS = "no_eligible_goods"
    TOO_FEW_UNITS = "too_few_units"  # `units` says how many more
    BELOW_THRESHOLD = "below_threshold"  # `distance` says how much more
    NOTHING_OFF = "nothing_off"
    CAP_REACHED = "cap_reached"  # the order's cap left nothing for it (D06)
    EXCLUDED = "excluded"  # another offer of its group was applied
    BETTER_WITHOUT = "better_without"  # lawful, but another combination is cheaper (D26)


class Reason(NamedTuple):
    """`amount` minor units were taken off by `offer`; `order` is its place in the pipeline, from 1."""

    offer: str
    step: Step
    amount: int
    order: int


class QuoteLine(NamedTuple):
    """One line: `gross` at shelf price, `net` after all discounts (before points), `base` the points base (D04).

    `tax` is inside `net` where prices include it, and on top of it where they do not (D07); `rate` names it.
    `paid_by_points` is the part of the line that points pay (D04).
    """

    no: int
    gtin: str
    quantity: int
    gross: int
    net: int
    base: int
    units: tuple[int, ...]  # what each unit was reduced by, lowest numbered first (D02)
    reasons: tuple[Reason, ...]
    tax: int = 0
    rate: str = ""
    paid_by_points: int = 0


class Missed(NamedTuple):
    """`distance`: least amount of goods at item price that would meet the condition (D27); `saves`: what it gives.

    `units`: how many more units of its goods would; `other`: the offer of the same group that was applied.
    """

    offer: str
    miss: Miss
    distance: int | None = None
    saves: int | None = None
    units: int | None = None
    other: str | None = None


@dataclass(frozen=True)
class TaxOfRate:
    """Of all lines with this rate: `net` without tax and the `tax`, rounded once (D07)."""

    rate: str
    net: int
    tax: int


@dataclass(frozen=True)
class RightUse:
    """`amount` of a right that the sale would use: a coupon (`key` is its code), a counted limit, stamps (D29).

    `kind` is one of `coupon`, `limit`, `stamp`; stamps below zero are collected.
    """

    kind: str
    key: str
    amount: int


@dataclass(frozen=True)
class CouponAnswer:
    """What became of a chosen coupon: used, or why it was not."""

    code: str
    used: bool
    why: str | None = None


@dataclass(frozen=True)
class TierProgress:
    """`distance` more (minor units, visits or points, as `metric` says) reaches the tier `next`.

    It goes by what counted before the basket that is being priced: what counts is known when a sale stands.
    """

    next: str
    metric: str
    distance: int


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
    tax: tuple[TaxOfRate, ...] = ()
    rights: tuple[RightUse, ...] = ()
    coupons: tuple[CouponAnswer, ...] = ()
    tier: TierProgress | None = None

    @property
    def saved(self) -> int:
        return self.gross - self.net

    @property
    def earns(self) -> int:
        return sum(earned.points for earned in self.earned)
