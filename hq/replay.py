"""HQ prices and settles a sale again from what its operation carries, and compares (D21)."""

from __future__ import annotations

from collections.abc import Mapping

from hq.reasons import Reason
from loyalty import ENGINE, Programme, Quote, Sale, Tender, TenderKind, price, settle
from loyalty.moment import Moment
from protocol import canonical
from protocol.operation import Operation
from protocol.sale_detail import SaleDetail, SaleDetailError, recorded_quote, sale_lots, sale_postings

# The inputs come from outside. Whatever they make of `price`, the queue goes on and the sale stands.
UNPRICEABLE = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


def replay(operation: Operation, programmes: Mapping[int, Programme]) -> Reason | None:
    """None when the result is the same, or when HQ knows neither this engine nor this version of the programme.

    Compared are the quote's canonical bytes as recorded, the member, the tenders, and every posting and lot.
    """
    try:
        detail = SaleDetail.read(operation.detail)
    except SaleDetailError:
        return Reason.REPLAY_IMPOSSIBLE
    programme = programmes.get(detail.programme_version)
    if programme is None or detail.engine != ENGINE:
        return None
    try:
        same = _is_same(operation, detail, programme)
    except UNPRICEABLE:
        return Reason.REPLAY_IMPOSSIBLE
    who = detail.member.id if detail.member else None
    return None if same and who == operation.member else Reason.REPLAY_DIFFERS


def _is_same(operation: Operation, detail: SaleDetail, programme: Programme) -> bool:
    at = Moment(operation.at_ms, operation.zone, detail.cutoff_hours)
    quote = price(detail.to_basket(), detail.to_member(), programme, at, detail.to_state())
    if canonical.encode(recorded_quote(quote)) != canonical.encode(detail.quote):
        return False
    return _books(operation, detail, programme, at, quote)


def _books(operation: Operation, detail: SaleDetail, programme: Programme, at: Moment, quote: Quote) -> bool:
    """Whether settling again takes the same tenders and moves exactly what the operation moves."""
    lot = operation.lots[0].id if operation.lots else ""
    basket, member, state = detail.to_basket(), detail.to_member(), detail.to_state()
    sale = settle(quote, member, _given(detail), programme, at, state, lot, basket)
    return (
        isinstance(sale, Sale)
        and (sale.tenders, sale.rounding) == (detail.to_tenders(), detail.receipt.rounding)
        and (sale_postings(sale), sale_lots(sale)) == (operation.postings, operation.lots)
    )


def _given(detail: SaleDetail) -> tuple[Tender, ...]:
    """The tenders kept; what rounding took to nothing was paid with nothing, and in cash (D09)."""
    kept = detail.to_tenders()
    in_cash = any(tender.kind is TenderKind.CASH for tender in kept)
    return kept if in_cash or not detail.receipt.rounding else (*kept, Tender(TenderKind.CASH, 0))
