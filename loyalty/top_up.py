"""`top_up`: money becomes principal, with the bonus of its step, at once and within the limits (D24, D25)."""

from __future__ import annotations

from dataclasses import dataclass

from loyalty.basket import MemberFacts, TillState
from loyalty.ledger import Posting
from loyalty.limit_keys import LIMIT, counter_key
from loyalty.limits import Scope
from loyalty.moment import Moment
from loyalty.payment import Taken, take
from loyalty.points import last_good_day, programme_day
from loyalty.programme import Programme
from loyalty.quote import RightUse
from loyalty.right_postings import right_postings
from loyalty.sale import Refused, Tender, Verdict
from loyalty.value import ValueLot
from loyalty.value_move import issue_value
from loyalty.value_policy import StoredValue


@dataclass(frozen=True)
class TopUp:
    """What is wished for. `named` is whether the card bears its holder's name; it has the higher limit (D25).

    `held` is the principal that the member holds everywhere, where the whole account is at hand, as at HQ. None: only
    the room for top-ups that is leased to this till counts (`room_key`).
    """

    amount: int
    tenders: tuple[Tender, ...]
    named: bool
    held: int | None = None


@dataclass(frozen=True)
class ToppedUp:
    """`lot` can be spent at once (F051). It earns no points (D04). The postings sum to zero for each asset."""

    amount: int
    lot: ValueLot
    paid: Taken
    postings: tuple[Posting, ...]


@dataclass(frozen=True)
class BonusGiven:
    """A lot of bonus alone."""

    lot: ValueLot
    postings: tuple[Posting, ...]


def room_key(member_id: str) -> str:
    """The key in `TillState.leased` of how much principal may still be topped up here for this member (D25)."""
    return counter_key(Scope.MEMBER, "top_up", member_id)


def top_up(
    wish: TopUp, member: MemberFacts, programme: Programme, at: Moment, state: TillState, lot_id: str
) -> ToppedUp | Refused:
    """Top up the member's stored value. `lot_id` names the lot that it makes.

    All is checked before money is taken: the bounds of one top-up, the limit of what may be held (principal plus
    top-up; bonus does not count; exactly the limit is allowed), then the tenders. Refused: VALUE_NOT_OFFERED,
    TOP_UP_AMOUNT, TOP_UP_LIMIT, TOP_UP_TENDER, then as a sale's tenders are. Raises ValueError for a negative `held`.
    """
    policy = programme.stored_value
    if policy is None:
        return Refused(Verdict.VALUE_NOT_OFFERED)
    refused = _amount_refused(wish, policy) or _limit_refused(wish, policy, member, state)
    if refused is not None:
        return refused
    wrong = next((tender for tender in wish.tenders if not policy.takes(tender)), None)
    if wrong is not None:
        return Refused(Verdict.TOP_UP_TENDER, {"kind": wrong.kind.value})
    paid = take(wish.amount, wish.tenders, member, programme, at, state, by_value=False)
    if isinstance(paid, Refused):
        return paid
    bonus = policy.bonus_for(wish.amount)
    lot = _lot(lot_id, wish.amount, bonus, policy, programme, at)
    used = () if wish.held is not None else (RightUse(LIMIT, room_key(member.id), wish.amount),)
    return ToppedUp(wish.amount, lot, paid, (*paid.postings, *right_postings(used), *issue_value(lot)))


def give_bonus(amount: int, programme: Programme, at: Moment, lot_id: str) -> BonusGiven | Refused:
    """Enter bonus without a top-up (F056): a lot that is never paid out. Who may give it is not judged here.

    Raises ValueError unless `amount` is above zero.
    """
    if amount < 1:
        raise ValueError(f"cannot give {amount} of bonus: give at least 1")
    policy = programme.stored_value
    if policy is None:
        return Refused(Verdict.VALUE_NOT_OFFERED)
    lot = _lot(lot_id, 0, amount, policy, programme, at)
    return BonusGiven(lot, issue_value(lot))


def room_left(wish: TopUp, policy: StoredValue, member: MemberFacts, state: TillState) -> int:
    """How much more may be topped up."""
    limit = _limit(wish, policy)
    if wish.held is None:
        return min(limit, state.leased.get(room_key(member.id), 0))
    if wish.held < 0:
        raise ValueError(f"held is {wish.held}: a member holds at least 0")
    return max(0, limit - wish.held)


def _limit(wish: TopUp, policy: StoredValue) -> int:
    return policy.limit_named if wish.named else policy.limit_unnamed


def _amount_refused(wish: TopUp, policy: StoredValue) -> Refused | None:
    if policy.least <= wish.amount and (policy.most is None or wish.amount <= policy.most):
        return None
    most = policy.most if policy.most is not None else _limit(wish, policy)
    bounds: dict[str, int | str] = {"asked_minor": wish.amount, "least_minor": policy.least, "most_minor": most}
    return Refused(Verdict.TOP_UP_AMOUNT, bounds)


def _limit_refused(wish: TopUp, policy: StoredValue, member: MemberFacts, state: TillState) -> Refused | None:
    room = room_left(wish, policy, member, state)
    if wish.amount <= room:
        return None
    return Refused(Verdict.TOP_UP_LIMIT, {"asked_minor": wish.amount, "available_minor": room})


def _lot(lot_id: str, principal: int, bonus: int, policy: StoredValue, programme: Programme, at: Moment) -> ValueLot:
    """A new lot with the terms of today; only its bonus ever expires."""
    today = programme_day(programme, at)
    ends = last_good_day(today, policy.bonus_lifetime_months) if bonus else None
    return ValueLot(lot_id, principal, bonus, 0, today.isoformat(), ends, policy.draw)
