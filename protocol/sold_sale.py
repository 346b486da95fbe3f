"""A sale read back from its operation, as a refund needs it: what was sold is what was recorded, not priced again.

So a sale can be refunded by an engine that would price it differently today (D05, D11).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter

from loyalty.basket import TillState
from loyalty.checks import MAX_QUANTITY
from loyalty.ledger import Account, Asset, Posting
from loyalty.moment import Moment
from loyalty.programme import Programme
from loyalty.quote import Quote
from loyalty.refund_sale import SoldSale, sold
from loyalty.sale import Sale
from loyalty.sale_earning import what_it_earns
from loyalty.value_move import ValuePart
from protocol import canonical
from protocol.operation import Kind, Operation, PostingRecord
from protocol.sale_detail import SaleDetail, SaleDetailError
from protocol.sale_records import lot_read

_QUOTE = TypeAdapter(Quote)
_VALUE = {Asset.PRINCIPAL: "principal", Asset.BONUS: "bonus"}


def sold_sale(operation: Operation, programme: Programme) -> SoldSale:
    """The sale of `operation`; `programme` is of its version. Offers that missed and reasons of lines are not in it.

    Raises SaleDetailError where it is no sale, or one that cannot be read, or of another version.
    """
    if operation.kind is not Kind.SALE:
        raise SaleDetailError(f"operation {operation.seq} is a {operation.kind} and no sale")
    detail = SaleDetail.read(operation.detail)
    if detail.programme_version != programme.version:
        raise SaleDetailError(f"the sale is of version {detail.programme_version}, and {programme.version} was given")
    at = Moment(operation.at_ms, operation.zone, detail.cutoff_hours)
    try:
        sale = _sale(operation, detail, programme, at)
        return sold(detail.to_basket(), detail.to_member(), at, detail.to_state(), sale)
    except (ValueError, ArithmeticError, LookupError) as error:
        raise SaleDetailError(f"the sale cannot be read: {error}") from error


def read_quote(document: Mapping[str, Any]) -> Quote:
    """What `recorded_quote` wrote, without the reasons of lines and the offers that missed. Raises SaleDetailError."""
    try:
        lines = [{**line, "units": _units(line["units"]), "reasons": []} for line in document["lines"]]
        text = canonical.encode({**document, "missed": [], "lines": lines}, canonical.MAX_BYTES * 16)
        return _QUOTE.validate_json(text, strict=True)
    except (KeyError, TypeError, ValueError) as error:  # pydantic's and the canonical form's errors are ValueErrors
        raise SaleDetailError(f"the quote cannot be read: {type(error).__name__}") from error


def _units(runs: Iterable[tuple[int, int]]) -> list[int]:
    """What each unit was reduced by, from run-length pairs."""
    units: list[int] = []
    for amount, count in runs:
        if len(units) + count > MAX_QUANTITY:
            raise SaleDetailError(f"a line has more than {MAX_QUANTITY} units")
        units += [amount] * count
    return units


def _sale(operation: Operation, detail: SaleDetail, programme: Programme, at: Moment) -> Sale:
    quote, state = read_quote(detail.quote), detail.to_state()
    parts = _parts(operation.postings, state)
    policy = programme.stored_value
    idle = 0 if policy and policy.bonus_earns else sum(part.bonus for part in parts)
    earning = what_it_earns(quote, idle, detail.to_basket(), detail.to_member(), programme, at, state)
    return Sale(
        quote=quote,
        tenders=detail.to_tenders(),
        rounding=detail.receipt.rounding,
        change=detail.receipt.change,
        postings=tuple(Posting(p.account, p.asset, p.lot, p.amount) for p in operation.postings),
        new_lots=tuple(map(lot_read, operation.lots)),
        value=parts,
        bases=earning.bases,
        earned=earning.earned,
    )


def _parts(postings: Iterable[PostingRecord], state: TillState) -> tuple[ValuePart, ...]:
    """What was drawn from lots of value, in the order of drawing."""
    card_of = {lot.id: card for card, lots in state.gift_cards.items() for lot in lots}
    drawn: dict[str, dict[str, int]] = {}
    for posting in postings:
        if posting.asset in _VALUE and posting.account is Account.REDEEMED:
            part = drawn.setdefault(posting.lot, {"principal": 0, "bonus": 0})
            part[_VALUE[posting.asset]] += posting.amount
    return tuple(ValuePart(lot, **part, account=card_of.get(lot, "")) for lot, part in drawn.items())
