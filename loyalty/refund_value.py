"""Stored value and gift cards get back what they paid: to the lots last drawn, and the sum wound back (D24)."""

from __future__ import annotations

from collections.abc import Sequence

from loyalty.refund_sale import SoldSale, TenderSide
from loyalty.sale import Refused, TenderKind, Verdict
from loyalty.value import ValueLot
from loyalty.value_draw import give_back
from loyalty.value_move import ValueMove

_VALUE = (TenderKind.STORED_VALUE, TenderKind.GIFT_CARD)


def value_back(
    sale: SoldSale, before: Sequence[TenderSide], now: Sequence[TenderSide], lots: Sequence[ValueLot]
) -> tuple[ValueMove, ...] | Refused:
    """The moves that give the lots what their tenders gave back between `before` and `now`.

    Refused: VALUE_LOT_UNKNOWN where a lot is not among `lots`, the lots as they are now.
    """
    known = {lot.id for lot in lots}
    moves: list[ValueMove] = []
    for account in dict.fromkeys(_account(side) for side in now if side.kind in _VALUE):
        already, back = (sum(side.back for side in sides if _is_of(side, account)) for sides in (before, now))
        parts = [part for part in sale.sale.value if part.account == account]
        if back > already:
            missing = next((part.lot for part in parts if part.lot not in known), None)
            if missing is not None:
                return Refused(Verdict.VALUE_LOT_UNKNOWN, {"lot": missing})
            moves += give_back(lots, parts, back - already, already)
    return tuple(moves)


def _account(side: TenderSide) -> str:
    """As `ValuePart` names it: the gift card, or empty for the member's own value."""
    return side.account or ""


def _is_of(side: TenderSide, account: str) -> bool:
    return side.kind in _VALUE and _account(side) == account
