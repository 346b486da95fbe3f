"""`pay_out`: principal goes back in money, as when a card is returned; it cancels the bonus of the lot (D24, F058)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from loyalty.basket import MemberFacts, TillState
from loyalty.ledger import Account, Posting
from loyalty.moment import Moment
from loyalty.points import programme_day
from loyalty.programme import Programme
from loyalty.sale import Refused, TenderKind, Verdict
from loyalty.value import ValueLot, value_order
from loyalty.value_draw import expire_bonus
from loyalty.value_move import ValueMove, after_moves
from loyalty.value_tender import may_spend

_BY = frozenset({TenderKind.CASH, TenderKind.CARD, TenderKind.MOBILE})


@dataclass(frozen=True)
class PaidOut:
    """`amount` minor units leave by `by`, and `cancelled` of bonus is lost. `lots` are the member's afterwards."""

    amount: int
    by: TenderKind
    cancelled: int
    lots: tuple[ValueLot, ...]
    postings: tuple[Posting, ...]


def can_be_paid_out(lots: Sequence[ValueLot]) -> int:
    """The principal that is left: 1,000 + 200, of which 300 is spent, is 750.00 (D24)."""
    return sum(lot.principal_left for lot in lots)


def pay_out(
    asked: int | None, by: TenderKind, member: MemberFacts | None, programme: Programme, at: Moment, state: TillState
) -> PaidOut | Refused:
    """Give `asked` of the principal here back, or all of it (None), from the lots in the order of D17.

    Cash goes out in whole units of the programme's cash rounding: what is left of all of it stays on the card, and
    an amount that is not whole is refused, so that no pay-out gives more than was there. The card must prove as much
    as for spending. Refused: VALUE_NOT_OFFERED, VALUE_NOT_A_MEMBER, VALUE_ASSURANCE, PAY_OUT_NOT_AVAILABLE.
    Raises ValueError for an amount below 1 and for a kind of tender that takes no money out.
    """
    if by not in _BY or (asked is not None and asked < 1):
        raise ValueError(f"cannot pay {asked} out by {by}: give at least 1, by {', '.join(sorted(_BY))}")
    refused = _refused(member, programme, state)
    if refused is not None:
        return refused
    unit = max(1, programme.cash_rounding) if by is TenderKind.CASH else 1
    held = can_be_paid_out(state.value)
    amount = asked if asked is not None else held - held % unit
    if not 0 < amount <= held or amount % unit:
        most = min(amount, held)
        params: dict[str, int | str] = {"asked_minor": asked or held, "available_minor": most - most % unit}
        return Refused(Verdict.PAY_OUT_NOT_AVAILABLE, params)
    return _paid_out(amount, by, state.value, programme_day(programme, at).isoformat())


def _refused(member: MemberFacts | None, programme: Programme, state: TillState) -> Refused | None:
    if programme.stored_value is None:
        return Refused(Verdict.VALUE_NOT_OFFERED)
    if member is None:
        return Refused(Verdict.VALUE_NOT_A_MEMBER)
    return None if may_spend(programme.stored_value, state) else Refused(Verdict.VALUE_ASSURANCE)


def _paid_out(amount: int, by: TenderKind, lots: Sequence[ValueLot], today: str) -> PaidOut:
    """Bonus that had expired before goes as expired; it was not the pay-out that took it."""
    expired = expire_bonus(lots, today)
    moves = _moves(amount, after_moves(lots, expired))
    touched = {move.lot for move in moves}
    ended = [move for move in expired if move.lot in touched]
    postings = [posting for move in ended for posting in move.postings(Account.EXPIRED)]
    postings += [posting for move in moves for posting in move.postings()]
    cancelled = sum(move.ended for move in moves)
    return PaidOut(amount, by, cancelled, after_moves(lots, (*ended, *moves)), tuple(postings))


def _moves(amount: int, lots: Sequence[ValueLot]) -> list[ValueMove]:
    moves = []
    for lot in sorted(lots, key=value_order):
        part = min(lot.principal_left, amount)
        if part:
            moves.append(ValueMove(lot, lot.pay_out(part)))
            amount -= part
    return moves
