"""Drawing on lots of stored value, and giving back to those last drawn (D24)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from loyalty.value import ValueLot, value_order
from loyalty.value_move import ValueMove, ValuePart


def has_expired(lot: ValueLot, today: str) -> bool:
    """Whether its last good day, by the calendar of the programme's zone, has passed (D18, D20)."""
    return lot.expires_on is not None and lot.expires_on < today


def draw_value(lots: Iterable[ValueLot], amount: int) -> tuple[ValueMove, ...]:
    """Spend `amount`, lot by lot in the order of D17; in a lot principal and bonus are drawn by its own terms.

    Drawing in parts gives the same as drawing at once. Bonus counts as it stands: end what has expired first
    (`expire_bonus`). Raises ValueError if the lots hold less than `amount`, or if it is negative.
    """
    if amount < 0:
        raise ValueError(f"cannot draw {amount} of stored value: the amount must not be negative")
    moves, wanted = [], amount
    for lot in sorted(lots, key=value_order):
        part = min(lot.left, wanted)
        if part > 0:
            moves.append(ValueMove(lot, lot.spend(part)))
            wanted -= part
    if wanted:
        raise ValueError(f"cannot draw {amount} of stored value: the lots hold {amount - wanted}")
    return tuple(moves)


def give_back(
    lots: Iterable[ValueLot], parts: Sequence[ValuePart], amount: int, already: int = 0
) -> tuple[ValueMove, ...]:
    """Give `amount` of what a sale drew back to its lots, the one last drawn first, winding each sum back (D24).

    `parts` are what one tender of the sale drew, in that order (`Sale.value`), `already` is how much of them was given
    back before, and `lots` are the lots as they are now. Giving back in parts gives the same as at once. Raises
    ValueError for more than was drawn, and for a lot that is not among `lots`.
    """
    drawn = sum(part.total for part in parts)
    if amount < 0 or already < 0 or already + amount > drawn:
        raise ValueError(f"cannot give {amount} back after {already}: {drawn} was drawn")
    known = {lot.id: lot for lot in lots}
    moves = []
    for part in reversed(parts):
        skipped = min(part.total, already)
        back = min(part.total - skipped, amount)
        already, amount = already - skipped, amount - back
        if back:
            if part.lot not in known:
                raise ValueError(f"cannot give {back} back to value lot {part.lot}: it is not known here")
            lot = known[part.lot]
            known[part.lot] = lot.wind_back(back)
            moves.append(ValueMove(lot, known[part.lot]))
    return tuple(moves)


def expire_bonus(lots: Iterable[ValueLot], today: str) -> tuple[ValueMove, ...]:
    """End the bonus of every lot whose date has passed; its principal stays good. Post with Account.EXPIRED."""
    return tuple(ValueMove(lot, lot.end_bonus()) for lot in lots if lot.bonus_left and has_expired(lot, today))
