"""What is being bought, by whom, when, and what is known at the till: the inputs of `price`."""

from __future__ import annotations

from dataclasses import dataclass

from loyalty.lots import Lot


@dataclass(frozen=True)
class Line:
    """One scanned product. `unit_price` is the shelf price in minor units; `no` is unique in the basket, from 1."""

    no: int
    gtin: str
    quantity: int
    unit_price: int
    category: str


@dataclass(frozen=True)
class Basket:
    """Lines and the choices made for them: offers taken out (D28) and points the member wants to use as money (D08).

    `points` is what the member asked for; a quote uses at most what is whole, lawful and needed.
    """

    lines: tuple[Line, ...] = ()
    removed: frozenset[str] = frozenset()
    points: int = 0


@dataclass(frozen=True)
class MemberFacts:
    """What pricing needs of a member. `birthday` is ISO or None."""

    id: str
    tier: str
    birthday: str | None = None


@dataclass(frozen=True)
class TillState:
    """What this till knows of the member's rights at this moment.

    `lots` may be spent here now; `assurance` is how far the card proved itself (`P0` to `P4`, cards.md);
    `copyable_used` is what was already redeemed on this business date with copyable cards.
    """

    lots: tuple[Lot, ...] = ()
    assurance: str = "P0"
    copyable_used: int = 0
