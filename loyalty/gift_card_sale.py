"""Selling, loading and ending gift cards. They are bearer value: no member is asked for, the card is the account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from loyalty.basket import LineKind, MemberFacts, TillState
from loyalty.gift_card import GiftCards
from loyalty.ledger import Account, Asset, Posting
from loyalty.moment import Moment
from loyalty.payment import Taken, take
from loyalty.points import last_good_day, programme_day
from loyalty.programme import Programme
from loyalty.sale import Refused, Tender, TenderKind, Verdict
from loyalty.value import ValueLot
from loyalty.value_draw import has_expired
from loyalty.value_move import issue_value


@dataclass(frozen=True)
class GiftCardSold:
    """`account` now holds `lot` as well. The sale earns nothing: it earns when the card is spent (D04)."""

    account: str
    lot: ValueLot
    paid: Taken
    postings: tuple[Posting, ...]


def sell_gift_card(
    account: str,
    amount: int,
    tenders: Sequence[Tender],
    member: MemberFacts | None,
    programme: Programme,
    at: Moment,
    state: TillState,
    lot_id: str,
) -> GiftCardSold | Refused:
    """Put `amount` on the gift card `account`, new or not; what it holds is in `state.gift_cards`.

    `member` only matters where stored value may pay for gift cards; another gift card never may, or its date would be
    put off. Refused: VALUE_NOT_OFFERED, TOP_UP_AMOUNT, TOP_UP_LIMIT, TOP_UP_TENDER, then as a sale's tenders are.
    """
    policy = programme.gift_cards
    if policy is None:
        return Refused(Verdict.VALUE_NOT_OFFERED)
    refused = _refused(amount, policy, card_balance(state.gift_cards.get(account, ()), programme, at))
    if refused is not None:
        return refused
    if any(tender.kind is TenderKind.GIFT_CARD for tender in tenders):
        return Refused(Verdict.TOP_UP_TENDER, {"kind": TenderKind.GIFT_CARD.value})
    by_value = programme.stored_value is not None and LineKind.GIFT_CARD in programme.stored_value.pays
    paid = take(amount, tenders, member, programme, at, state, by_value=by_value)
    if isinstance(paid, Refused):
        return paid
    lot = gift_card_lot(amount, programme, at, lot_id)
    return GiftCardSold(account, lot, paid, (*paid.postings, *issue_value(lot)))


def gift_card_lot(amount: int, programme: Programme, at: Moment, lot_id: str) -> ValueLot:
    """The lot of principal that is put on a gift card today. Where a card is sold as a line of a basket, its postings
    (`issue_value`) go with those of the sale."""
    months = programme.gift_cards.lifetime_months if programme.gift_cards else None
    today = programme_day(programme, at)
    return ValueLot(lot_id, amount, 0, 0, today.isoformat(), last_good_day(today, months))


def card_balance(lots: Sequence[ValueLot], programme: Programme, at: Moment) -> int:
    """What a gift card with these lots can pay today."""
    today = programme_day(programme, at).isoformat()
    return sum(lot.left for lot in lots if not has_expired(lot, today))


def expire_gift_card(lots: Sequence[ValueLot], programme: Programme, at: Moment) -> tuple[Posting, ...]:
    """What is left on the lots of a gift card whose date has passed ends; those lots hold nothing any more."""
    today = programme_day(programme, at).isoformat()
    return tuple(
        Posting(account, Asset.PRINCIPAL, lot.id, sign * lot.left)
        for lot in lots
        if lot.left and has_expired(lot, today)
        for account, sign in ((Account.LEASE, -1), (Account.EXPIRED, 1))
    )


def _refused(amount: int, policy: GiftCards, held: int) -> Refused | None:
    """The bounds of one card, then what it may hold in all; exactly the limit is allowed (D25)."""
    if not policy.least <= amount <= policy.limit:
        bounds: dict[str, int | str] = {"asked_minor": amount, "least_minor": policy.least, "most_minor": policy.limit}
        return Refused(Verdict.TOP_UP_AMOUNT, bounds)
    room = max(0, policy.limit - held)
    if amount <= room:
        return None
    return Refused(Verdict.TOP_UP_LIMIT, {"asked_minor": amount, "available_minor": room})
