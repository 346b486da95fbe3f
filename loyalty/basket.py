"""What is being bought, by whom, when, and what is known at the till: the inputs of `price`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from loyalty.coupon import Coupon
from loyalty.lots import Lot
from loyalty.money import half_up
from loyalty.value import ValueLot

GRAMS_OF_A_PRICE = 1000  # a weighed line is priced by the kilogram


class LineKind(StrEnum):
    """What a line sells. Offers, points as money and earning look at goods alone (D04)."""

    GOODS = "goods"
    FREIGHT = "freight"
    TIP = "tip"
    GIFT_CARD = "gift_card"  # earns when it is spent, not when it is bought
    DEPOSIT = "deposit"  # of bottles and crates; below zero where they come back


@dataclass(frozen=True)
class Line:
    """One scanned product. `unit_price` is the shelf price in minor units; `no` is unique in the basket, from 1.

    A weighed line is one unit of `grams` grams, and its `unit_price` is that of a kilogram (D01).
    """

    no: int
    gtin: str
    quantity: int
    unit_price: int
    category: str
    kind: LineKind = LineKind.GOODS
    grams: int | None = None

    def at(self, unit_price: int) -> int:
        """What the line costs at this unit price; a weighed line is rounded once, half up (D01)."""
        if self.grams is None:
            return self.quantity * unit_price
        return half_up(unit_price, Fraction(self.grams, GRAMS_OF_A_PRICE))

    @property
    def is_goods(self) -> bool:
        """Whether offers, points as money and earning look at it."""
        return self.kind is LineKind.GOODS

    @property
    def gross(self) -> int:
        """What the line costs at shelf price."""
        return self.at(self.unit_price)


@dataclass(frozen=True)
class Basket:
    """Lines and the choices made for them.

    `removed` are offers taken out (D28); `points` is how many the member asked to use as money, of which a quote uses
    at most what is whole, lawful and needed (D08); `coupons` are the codes of the coupons chosen.
    """

    lines: tuple[Line, ...] = ()
    removed: frozenset[str] = frozenset()
    points: int = 0
    coupons: tuple[str, ...] = ()


@dataclass(frozen=True)
class MemberFacts:
    """What pricing needs of a member. Dates are ISO or None.

    `groups` are target groups that HQ puts a member in. `purchases` counts those before this one, None if unknown.
    `qualifying` is what counts towards the next tier in the running window: minor units, visits or points.
    """

    id: str
    tier: str
    birthday: str | None = None
    birthday_changed_on: str | None = None
    groups: frozenset[str] = frozenset()
    purchases: int | None = None
    qualifying: int | None = None


@dataclass(frozen=True)
class TillState:
    """What this till knows of the member's rights at this moment.

    `lots` may be spent here now; `assurance` is how far the card proved itself (`P0` to `P4`, cards.md);
    `copyable_used` is what was already redeemed on this business date with copyable cards. `debt` is what the member
    owes in points (D12). `used` counts what this till has used of its own limits and `leased` holds what HQ has placed
    here of limits that only HQ can know, both by the key of the limit (D29, `limits.limit_key`). `coupons` are those
    known here; `stamps` is how many stamps the member has, by the id of the offer. `value` is the member's stored
    value that may be spent here, and `gift_cards` that of the gift cards shown, by their account (D24). `pin` is
    whether the member's PIN was given, `online` whether HQ was asked just now. `proof` says what was shown (the
    `possession.Proof`'s kind; nothing where nobody told) and `key_at_hand` whether a card's key was here: the price
    does not depend on them.
    """

    lots: tuple[Lot, ...] = ()
    assurance: str = "P0"
    copyable_used: int = 0
    store: str = ""
    debt: int = 0
    used: Mapping[str, int] = field(default_factory=dict)
    leased: Mapping[str, int] = field(default_factory=dict)
    coupons: tuple[Coupon, ...] = ()
    stamps: Mapping[str, int] = field(default_factory=dict)
    value: tuple[ValueLot, ...] = ()
    gift_cards: Mapping[str, tuple[ValueLot, ...]] = field(default_factory=dict)
    pin: bool = False
    online: bool = False
    proof: str = ""
    key_at_hand: bool = True
