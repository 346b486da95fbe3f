"""`exchange`: goods come back and others are bought in one act; what is paid or given back is the difference.

It is a refund and a sale, each by its own rules, one after the other: the money and points that go back may pay for
what is bought, and only the difference moves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loyalty.basket import Basket, MemberFacts, TillState
from loyalty.ledger import Account, Asset, Posting
from loyalty.moment import Moment
from loyalty.pricing import price
from loyalty.programme import Programme
from loyalty.quote import Quote
from loyalty.refund_answer import Refund
from loyalty.refund_state import state_after
from loyalty.sale import Refused, Sale, Tender, TenderKind
from loyalty.settle import settle


@dataclass(frozen=True)
class Purchase:
    """What is bought instead, by whom, under today's `programme`. `state` is what the till knows before the return."""

    basket: Basket
    member: MemberFacts | None
    programme: Programme
    state: TillState


@dataclass(frozen=True)
class ExchangePreview:
    """The refund and the quote of what is bought after it. `difference` is what the member pays, below zero gets.

    `state` is what the till knows once the goods are back. The rounding of cash is not in it yet (D09).
    """

    refund: Refund
    quote: Quote
    state: TillState

    @property
    def difference(self) -> int:
        return self.quote.due - self.refund.given


@dataclass(frozen=True)
class Exchange:
    """Both acts as one. `taken` are the tenders that the member pays and `given` those he gets, the difference alone.

    `postings` are the net of both and balance; `points` is how many points the member has more or, below zero, less.
    """

    refund: Refund
    sale: Sale
    taken: tuple[Tender, ...]
    given: tuple[Tender, ...]
    postings: tuple[Posting, ...]
    points: int


def exchange_preview(refund: Refund, purchase: Purchase, at: Moment) -> ExchangePreview:
    """What the exchange would come to; nothing has happened yet."""
    state = state_after(purchase.state, refund)
    quote = price(purchase.basket, purchase.member, purchase.programme, at, state)
    return ExchangePreview(refund, quote, state)


def exchange(
    refund: Refund, purchase: Purchase, at: Moment, tenders: Sequence[Tender], lot_id: str
) -> Exchange | Refused:
    """Buy `purchase` with what `refund` gives back, and with `tenders` for what that leaves to pay.

    What was paid last is given back first (D15), so what pays again is what was used first. Refused: as in `settle`;
    the amounts of TENDER_SHORT and TENDER_OVER are those of the new basket, with what pays again.
    """
    preview = exchange_preview(refund, purchase, at)
    paid = _tenders(refund.tenders, tenders, preview.quote.due)
    sale = settle(preview.quote, purchase.member, paid, purchase.programme, at, preview.state, lot_id, purchase.basket)
    if isinstance(sale, Refused):
        return sale
    collected = (refund.collected,) if refund.collected else ()
    net = _net((*sale.tenders, *collected), refund.tenders)
    taken = tuple(Tender(kind, amount, account) for (kind, account), amount in net if amount > 0)
    given = tuple(Tender(kind, -amount, account) for (kind, account), amount in net if amount < 0)
    postings = _netted((*refund.postings, *sale.postings))
    return Exchange(refund, sale, taken, given, postings, _points(postings))


def _tenders(back: Sequence[Tender], more: Sequence[Tender], due: int) -> list[Tender]:
    """What pays the new basket: what would go back, as far as it is needed, then `more`, cash in one and last.

    Cash is handed over as a whole: what is not needed is its change.
    """
    amounts: Counter[tuple[TenderKind, str | None]] = Counter()
    for tender in (each for each in reversed(back) if each.kind is not TenderKind.CASH):
        part = min(tender.amount, due)
        amounts[(tender.kind, tender.account)] += part
        due -= part
    for tender in (*(each for each in back if each.kind is TenderKind.CASH and due), *more):
        amounts[(tender.kind, tender.account)] += tender.amount
    cash = amounts.pop((TenderKind.CASH, None), 0)
    paid = [Tender(kind, amount, account) for (kind, account), amount in amounts.items() if amount]
    return [*paid, Tender(TenderKind.CASH, cash)] if cash else paid


def _net(paid: Iterable[Tender], back: Iterable[Tender]) -> list[tuple[tuple[TenderKind, str | None], int]]:
    """What each kind of tender takes, below zero gives."""
    net: Counter[tuple[TenderKind, str | None]] = Counter()
    for tender in paid:
        net[(tender.kind, tender.account)] += tender.amount
    for tender in back:
        net[(tender.kind, tender.account)] -= tender.amount
    return list(net.items())


def _netted(postings: Iterable[Posting]) -> tuple[Posting, ...]:
    sums: Counter[tuple[Account, Asset, str]] = Counter()
    for posting in postings:
        sums[(posting.account, posting.asset, posting.lot)] += posting.amount
    return tuple(Posting(*place, amount) for place, amount in sums.items() if amount)


def _points(postings: Iterable[Posting]) -> int:
    own = (Account.LEASE, Account.POOL, Account.PENDING, Account.DEBT)
    return sum(each.amount for each in postings if each.asset is Asset.POINTS and each.account in own)
