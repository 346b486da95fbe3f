"""Lots of points, and in which order they are spent (D17)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Lot:
    """Points granted together. Dates are ISO (`2026-12-31`); `expires_on` is the last good day, None never expires."""

    id: str
    points: int
    earned_on: str
    expires_on: str | None = None


def spending_order(lot: Lot) -> tuple[bool, str, str, str]:
    """Soonest expiry first, then the older lot, then the lower id; undated last (D17)."""
    return (lot.expires_on is None, lot.expires_on or "", lot.earned_on, lot.id)


def draw(lots: Iterable[Lot], points: int) -> tuple[Lot, ...]:
    """The parts of `lots` that pay `points`, in spending order (D17).

    Raises ValueError if the lots hold less than `points`, or if `points` is negative.
    """
    if points < 0:
        raise ValueError(f"cannot draw {points} points: the amount must not be negative")
    drawn: list[Lot] = []
    wanted = points
    for lot in sorted(lots, key=spending_order):
        part = min(lot.points, wanted)
        if part > 0:
            drawn.append(Lot(lot.id, part, lot.earned_on, lot.expires_on))
            wanted -= part
    if wanted:
        raise ValueError(f"cannot draw {points} points: the lots hold {points - wanted}")
    return tuple(drawn)
