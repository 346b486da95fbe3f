"""Buying, using and returning count cards (计次, F046)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from loyalty.assurance import reaches
from loyalty.basket import Line, LineKind, MemberFacts, TillState
from loyalty.count_card import CountLot, count_order
from loyalty.ledger import Account, Asset, Posting
from loyalty.moment import Moment
from loyalty.payment import Taken, take
from loyalty.points import last_good_day, programme_day
from loyalty.programme import Programme
from loyalty.sale import Refused, Tender, Verdict


@dataclass(frozen=True)
class CountCardSold:
    """`lot` can be used at once. Its price earns nothing, as a top-up does; a line of goods in a basket would earn."""

    lot: CountLot
    paid: Taken
    postings: tuple[Posting, ...]


@dataclass(frozen=True)
class CountUsed:
    """`lots` are those given, as they are afterwards, `left` the uses that they still give of this."""

    lots: tuple[CountLot, ...]
    left: int
    postings: tuple[Posting, ...]


@dataclass(frozen=True)
class CountRefunded:
    """`amount` minor units go back, in the order of D15, for uses that were not used."""

    lot: CountLot
    amount: int
    postings: tuple[Posting, ...]


def buy_count_card(
    card_id: str,
    tenders: Sequence[Tender],
    member: MemberFacts,
    programme: Programme,
    at: Moment,
    state: TillState,
    lot_id: str,
) -> CountCardSold | Refused:
    """Sell a card at its price. Refused: COUNT_CARD_UNKNOWN, then as a sale's tenders are."""
    card = programme.count_card(card_id)
    if card is None:
        return Refused(Verdict.COUNT_CARD_UNKNOWN)
    by_value = programme.stored_value is not None and LineKind.GOODS in programme.stored_value.pays
    paid = take(card.price, tenders, member, programme, at, state, by_value=by_value)
    if isinstance(paid, Refused):
        return paid
    today = programme_day(programme, at)
    ends = last_good_day(today, card.lifetime_months)
    lot = CountLot(lot_id, card.id, card.uses, card.price, today.isoformat(), ends)
    return CountCardSold(lot, paid, (*paid.postings, *_moved(lot.id, Account.ISSUED, Account.LEASE, card.uses)))


def use_count(
    lots: Sequence[CountLot], line: Line, programme: Programme, at: Moment, state: TillState
) -> CountUsed | Refused:
    """Use the cards for a line: one use for each unit, a weighed line is one; the soonest to expire first (D17).

    A card of a kind that the programme does not name any more gives nothing, so keep it there while it is held.
    Refused: COUNT_ASSURANCE where a card that proves more could, else COUNT_NOT_AVAILABLE.
    """
    asked = 1 if line.grams is not None else line.quantity
    giving = [lot for lot in sorted(lots, key=count_order) if _gives(lot, line, programme, at)]
    usable = [lot for lot in giving if reaches(state.assurance, _assurance(lot, programme))]
    held = sum(lot.left for lot in usable)
    if asked > held:
        enough = asked <= sum(lot.left for lot in giving)
        verdict = Verdict.COUNT_ASSURANCE if enough else Verdict.COUNT_NOT_AVAILABLE
        return Refused(verdict, {"asked": asked, "available": held})
    changed: dict[str, CountLot] = {}
    postings: list[Posting] = []
    wanted = asked
    for lot in usable:
        part = min(lot.left, wanted)
        if part:
            changed[lot.id] = lot.use(part)
            postings += _moved(lot.id, Account.LEASE, Account.REDEEMED, part)
            wanted -= part
    return CountUsed(tuple(changed.get(lot.id, lot) for lot in lots), held - asked, tuple(postings))


def refund_count(lot: CountLot, count: int, programme: Programme, at: Moment) -> CountRefunded | Refused:
    """Give `count` unused uses back for their part of the price; in parts or at once, the sum is the same.

    Refused: COUNT_NOT_AVAILABLE for more than is left, or when the card has expired. Raises ValueError below 1.
    """
    if count < 1:
        raise ValueError(f"cannot give {count} uses back: give at least 1")
    left = 0 if _has_expired(lot, programme, at) else lot.left
    if count > left:
        return Refused(Verdict.COUNT_NOT_AVAILABLE, {"asked": count, "available": left})
    after, amount = lot.refund(count)
    return CountRefunded(after, amount, _moved(lot.id, Account.LEASE, Account.CANCELLED, count))


def expire_count(lots: Sequence[CountLot], programme: Programme, at: Moment) -> tuple[Posting, ...]:
    """The uses left on cards whose date has passed end; those cards give nothing any more."""
    over = [lot for lot in lots if lot.left and _has_expired(lot, programme, at)]
    return tuple(posting for lot in over for posting in _moved(lot.id, Account.LEASE, Account.EXPIRED, lot.left))


def _gives(lot: CountLot, line: Line, programme: Programme, at: Moment) -> bool:
    card = programme.count_card(lot.card)
    return card is not None and card.gives.covers(line) and not _has_expired(lot, programme, at)


def _assurance(lot: CountLot, programme: Programme) -> str:
    card = programme.count_card(lot.card)
    assert card is not None, "only lots that give are asked"
    return card.assurance


def _has_expired(lot: CountLot, programme: Programme, at: Moment) -> bool:
    return lot.expires_on is not None and lot.expires_on < programme_day(programme, at).isoformat()


def _moved(lot: str, out_of: Account, into: Account, count: int) -> tuple[Posting, Posting]:
    return (Posting(out_of, Asset.COUNT, lot, -count), Posting(into, Asset.COUNT, lot, count))
