"""How the money of a refund goes back: each tender up to what it paid, and cash in whole coins (D09, D15)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from loyalty.cash import round_cash
from loyalty.refund_sale import TenderSide
from loyalty.sale import Tender, TenderKind


@dataclass(frozen=True)
class MoneyBack:
    """`tenders` give money back, in order, `collected` takes it; cash is in whole coins, `rounding` what that changed.

    `sides` are the tenders of the order afterwards, and `cash` is the cash that has left the drawer in all.
    """

    tenders: tuple[Tender, ...]
    collected: Tender | None
    rounding: int
    sides: tuple[TenderSide, ...]
    cash: int


def money_back(
    sides: Sequence[TenderSide], cash: int, amount: int, order: Sequence[TenderKind], unit: int, collect: TenderKind
) -> MoneyBack:
    """Give `amount` back, or below zero collect it with the tender `collect`. `cash` is what left the drawer before.

    `order` names kinds, first to be refunded first; the others follow in the reverse of the order of use (D15).
    Raises ValueError for more money than came in.
    """
    after = _spread(sides, amount, order) if amount >= 0 else (*sides, TenderSide(collect, -amount, collected=True))
    drawer = _drawer(after, unit)
    coins = drawer - cash
    exact = _running_cash(after) - _running_cash(sides)
    given = tuple(_given(sides, after, refund_order(after, order), coins))
    return MoneyBack(given, _collected(amount, collect, coins), coins - exact, after, drawer)


def _given(
    before: Sequence[TenderSide], after: Sequence[TenderSide], places: Sequence[int], coins: int
) -> Iterator[Tender]:
    """The tenders in the order in which they are refunded; all cash is one, in whole coins."""
    for place in places:
        side = after[place]
        earlier = before[place].back if place < len(before) else 0
        amount = coins if side.kind is TenderKind.CASH else side.back - earlier
        if amount > 0:
            yield Tender(side.kind, amount, side.account)
        if side.kind is TenderKind.CASH:
            coins = 0


def _collected(amount: int, collect: TenderKind, coins: int) -> Tender | None:
    if amount >= 0:
        return None
    return Tender(collect, -coins if collect is TenderKind.CASH else -amount)


def _spread(sides: Sequence[TenderSide], amount: int, order: Sequence[TenderKind]) -> tuple[TenderSide, ...]:
    after = list(sides)
    for place in refund_order(sides, order):
        part = min(sides[place].left, amount)
        after[place] = replace(sides[place], back=sides[place].back + part)
        amount -= part
    if amount:
        raise ValueError(f"{amount} more would be refunded than came in")
    return tuple(after)


def refund_order(sides: Sequence[TenderSide], order: Sequence[TenderKind]) -> list[int]:
    """The places of the tenders in the order in which they are refunded."""
    ranks = {kind: rank for rank, kind in enumerate(order)}
    return sorted(range(len(sides)), key=lambda place: (ranks.get(sides[place].kind, len(ranks)), -place))


def _running_cash(sides: Sequence[TenderSide]) -> int:
    """The cash that went back so far, less what was collected in cash, before rounding."""
    cash = [side for side in sides if side.kind is TenderKind.CASH]
    return sum(side.back for side in cash) - sum(side.paid for side in cash if side.collected)


def _drawer(sides: Sequence[TenderSide], unit: int) -> int:
    """The same in whole coins. The sale's cash was rounded alike, so never more goes out than came in (D09)."""
    return round_cash(_running_cash(sides), unit)
