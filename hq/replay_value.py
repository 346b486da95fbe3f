"""HQ works a top-up or a pay-out out again from what the till wrote down (D21, D24, D25)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hq.reasons import Reason
from hq.replay import UNPRICEABLE
from loyalty import ENGINE, Moment, PaidOut, Programme, Tender, TenderKind, ToppedUp, TopUp, pay_out, top_up
from loyalty.ledger import Posting
from protocol.operation import Kind, Operation, PostingRecord
from protocol.sale_records import ValueLotRecord
from protocol.value_detail import PayOutDetail, TopUpDetail, ValueDetailError


def replay_value(operation: Operation, programmes: Mapping[int, Programme]) -> Reason | None:
    """None when the result is the same, or when HQ knows neither this engine nor this version of the programme.

    Compared are the lots, the tenders, the amounts, the member and every posting.
    """
    try:
        detail = _detail(operation)
    except ValueDetailError:
        return Reason.REPLAY_IMPOSSIBLE
    programme = programmes.get(detail.programme_version)
    if programme is None or detail.engine != ENGINE:
        return None
    at = Moment(operation.at_ms, operation.zone, detail.cutoff_hours)
    try:
        if isinstance(detail, TopUpDetail):
            same = _is_same_top_up(operation, detail, programme, at)
        else:
            same = _is_same_pay_out(operation, detail, programme, at)
    except UNPRICEABLE:
        return Reason.REPLAY_IMPOSSIBLE
    return None if same and operation.member == detail.member.id else Reason.REPLAY_DIFFERS


def _detail(operation: Operation) -> TopUpDetail | PayOutDetail:
    if operation.kind is Kind.TOP_UP:
        return TopUpDetail.read(operation.detail)
    return PayOutDetail.read(operation.detail)


def _is_same_top_up(operation: Operation, detail: TopUpDetail, programme: Programme, at: Moment) -> bool:
    kept = tuple(tender.read() for tender in detail.tenders)
    in_cash = any(tender.kind is TenderKind.CASH for tender in kept)
    given = kept if in_cash or not detail.receipt.rounding else (*kept, Tender(TenderKind.CASH, 0))  # D09
    wish, member = TopUp(detail.amount, given, detail.named), detail.member.read()
    done = top_up(wish, member, programme, at, detail.state.read(), detail.lot.id)
    return (
        isinstance(done, ToppedUp)
        and (done.paid.tenders, done.paid.rounding) == (kept, detail.receipt.rounding)
        and ValueLotRecord.of(done.lot) == detail.lot
        and _books(operation, done.postings)
    )


def _is_same_pay_out(operation: Operation, detail: PayOutDetail, programme: Programme, at: Moment) -> bool:
    state = detail.state.read()
    done = pay_out(detail.asked, detail.by, detail.member.read(), programme, at, state)
    if not isinstance(done, PaidOut):
        return False
    changed = tuple(ValueLotRecord.of(lot) for lot in done.lots if lot not in state.value)
    return (done.amount, done.cancelled, changed) == (detail.amount, detail.cancelled, detail.lots) and _books(
        operation, done.postings
    )


def _books(operation: Operation, postings: Any) -> bool:
    """Whether the operation moves exactly these."""
    return operation.postings == tuple(map(_record, postings)) and not operation.lots


def _record(posting: Posting) -> PostingRecord:
    return PostingRecord(account=posting.account, asset=posting.asset, lot=posting.lot, amount=posting.amount)
