"""Paying with stored value and gift cards: who may, how much, and from which lots (D24)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from loyalty.assurance import reaches
from loyalty.basket import Basket, LineKind, MemberFacts, TillState
from loyalty.ledger import Account, Posting
from loyalty.moment import Moment
from loyalty.points import programme_day
from loyalty.programme import Programme
from loyalty.quote import Quote
from loyalty.sale import Refused, Tender, TenderKind, Verdict
from loyalty.value import ValueLot
from loyalty.value_draw import draw_value, expire_bonus, has_expired
from loyalty.value_move import ValueMove, ValuePart, after_moves
from loyalty.value_policy import StoredValue


@dataclass(frozen=True)
class ValuePaid:
    """What the tenders drew, in the order of drawing, and the postings that took it."""

    parts: tuple[ValuePart, ...] = ()
    postings: tuple[Posting, ...] = ()

    @property
    def bonus(self) -> int:
        return sum(part.bonus for part in self.parts)


@dataclass(frozen=True)
class _Purse:
    """The lots that a tender draws on as they may be spent today; `expired` is what ended the bonus in some."""

    account: str
    lots: tuple[ValueLot, ...]
    expired: tuple[ValueMove, ...] = ()

    @property
    def left(self) -> int:
        return sum(lot.left for lot in self.lots)


def pay_with_value(
    tenders: Sequence[Tender],
    member: MemberFacts | None,
    programme: Programme,
    at: Moment,
    state: TillState,
    payable: int,
) -> ValuePaid | Refused:
    """Draw what `tenders` pay from stored value and gift cards; the others are left alone.

    `payable` is how much of what is bought the member's stored value may pay. Refused: the VALUE verdicts and
    GIFT_CARD_NOT_AVAILABLE, with the amounts.
    """
    today = programme_day(programme, at).isoformat()
    parts: list[ValuePart] = []
    postings: list[Posting] = []
    for tender in tenders:
        if tender.kind is TenderKind.STORED_VALUE:
            purse = _own(state, today)
            refused = _own_refused(tender.amount, purse.left, member, programme.stored_value, state, payable)
        elif tender.kind is TenderKind.GIFT_CARD:
            purse = _card(tender.account or "", state, today)
            refused = _short(Verdict.GIFT_CARD_NOT_AVAILABLE, tender.amount, purse.left)
        else:
            continue
        if refused is not None:
            return refused
        drawn = draw_value(purse.lots, tender.amount)
        postings += _postings(purse.expired, drawn)
        parts += [move.part(purse.account) for move in drawn]
    return ValuePaid(tuple(parts), tuple(postings))


def spendable(state: TillState, programme: Programme, at: Moment) -> int:
    """How much stored value the member could spend here now, were the card to prove enough."""
    return _own(state, programme_day(programme, at).isoformat()).left


def may_spend(policy: StoredValue, state: TillState) -> bool:
    """Whether the card, or the card with the PIN, proves enough to let stored value go (cards.md)."""
    alone = reaches(state.assurance, policy.assurance)
    return alone or (state.pin and reaches(state.assurance, policy.with_pin))


def payable_by_value(quote: Quote, basket: Basket, pays: frozenset[LineKind]) -> int:
    """How much of what is due stored value may pay: all but the lines of kinds that it does not pay."""
    kinds = {line.no: line.kind for line in basket.lines}
    tax_on_top = quote.due + quote.use.money > quote.net  # prices without tax (D07)
    others = [line for line in quote.lines if kinds[line.no] not in pays]
    return max(0, quote.due - sum(max(0, line.net) + (line.tax if tax_on_top else 0) for line in others))


def _own(state: TillState, today: str) -> _Purse:
    expired = expire_bonus(state.value, today)
    return _Purse("", after_moves(state.value, expired), expired)


def _card(account: str, state: TillState, today: str) -> _Purse:
    """Of a gift card the principal ends with its date."""
    lots = state.gift_cards.get(account, ())
    return _Purse(account, tuple(lot for lot in lots if not has_expired(lot, today)))


def _own_refused(
    asked: int, held: int, member: MemberFacts | None, policy: StoredValue | None, state: TillState, payable: int
) -> Refused | None:
    if policy is None:
        return Refused(Verdict.VALUE_NOT_OFFERED)
    if member is None:
        return Refused(Verdict.VALUE_NOT_A_MEMBER)
    if not may_spend(policy, state):
        return Refused(Verdict.VALUE_ASSURANCE)
    short = _short(Verdict.VALUE_NOT_FOR_THIS, asked, payable) or _short(Verdict.VALUE_NOT_AVAILABLE, asked, held)
    if short is None and policy.offline_limit is not None and not state.online:
        return _short(Verdict.VALUE_OFFLINE_LIMIT, asked, policy.offline_limit)
    return short


def _short(verdict: Verdict, asked: int, available: int) -> Refused | None:
    if asked <= available:
        return None
    return Refused(verdict, {"asked_minor": asked, "available_minor": available})


def _postings(expired: Sequence[ValueMove], drawn: Sequence[ValueMove]) -> list[Posting]:
    """Bonus whose date has passed ends with the first draw on its lot, so that lot and postings stay one story."""
    touched = {move.lot for move in drawn}
    ended = [posting for move in expired if move.lot in touched for posting in move.postings(Account.EXPIRED)]
    return ended + [posting for move in drawn for posting in move.postings()]
