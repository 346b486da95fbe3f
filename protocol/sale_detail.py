"""What the `detail` of a sale's operation holds: every input of its price, and the price that was shown (D21)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field, ValidationError

from loyalty import to_json
from loyalty.basket import Basket, MemberFacts, TillState
from loyalty.moment import Moment
from loyalty.quote import Quote
from loyalty.sale import Sale, Tender
from protocol.operation import Int64, LotRecord, Message, PostingRecord
from protocol.sale_records import BasketRecord, MemberRecord, TenderRecord, TillRecord, lot_record


class SaleDetailError(ValueError):
    """A detail that is not one of a sale; the message says what is wrong."""


class ReceiptRecord(Message):
    """What settling added to the price: the cash rounding line (D09) and the change, in minor units."""

    rounding: Int64
    change: Int64


class SaleDetail(Message):
    """`quote` is the `recorded_quote`; `engine` and `programme_version` say which rules made it.

    The quotes of engine 1 are recorded whole. HQ keeps them as they are: it replays its own engine alone.
    """

    basket: BasketRecord
    member: MemberRecord | None
    state: TillRecord
    cutoff_hours: Annotated[int, Field(ge=0, le=12)]
    programme_version: Int64
    engine: Annotated[str, Field(max_length=64)]
    tenders: tuple[TenderRecord, ...] = Field(strict=False)
    quote: dict[str, Any]
    receipt: ReceiptRecord

    @classmethod
    def read(cls, detail: Mapping[str, Any]) -> SaleDetail:
        """Raises SaleDetailError unless `detail` is one of a sale."""
        try:
            return cls.model_validate(dict(detail))
        except ValidationError as error:
            raise SaleDetailError(f"the detail is not one of a sale: {error}") from error

    def to_basket(self) -> Basket:
        return self.basket.read()

    def to_member(self) -> MemberFacts | None:
        return self.member.read() if self.member else None

    def to_state(self) -> TillState:
        """Raises ValueError for value lots that would be below zero."""
        return self.state.read()

    def to_tenders(self) -> tuple[Tender, ...]:
        """The tenders that were kept, without the change."""
        return tuple(tender.read() for tender in self.tenders)


def recorded_quote(quote: Quote) -> dict[str, Any]:
    """A quote as it is written down, at the till and where HQ compares: so that the largest fits into an operation.

    The offers that missed are left out: there may be hundreds, and a replay finds them again. The reasons of a line are
    pairs of the order and the amount; the quote's own reasons say which offer and step that was.
    """
    document = to_json(replace(quote, missed=()))
    del document["missed"]
    for line in document["lines"]:
        line["reasons"] = [[reason["order"], reason["amount"]] for reason in line["reasons"]]
    return document


def sale_postings(sale: Sale) -> tuple[PostingRecord, ...]:
    """What settling moved, for the operation."""
    return tuple(PostingRecord(account=p.account, asset=p.asset, lot=p.lot, amount=p.amount) for p in sale.postings)


def sale_lots(sale: Sale) -> tuple[LotRecord, ...]:
    """The lots that earning made, for the operation."""
    return tuple(map(lot_record, sale.new_lots))


def sale_detail(basket: Basket, member: MemberFacts | None, state: TillState, at: Moment, sale: Sale) -> dict[str, Any]:
    """The detail of `sale`, which `settle` made from these inputs."""
    detail = SaleDetail(
        basket=BasketRecord.of(basket),
        member=MemberRecord.of(member) if member else None,
        state=TillRecord.of(state, basket, sale.tenders),
        cutoff_hours=at.cutoff_hours,
        programme_version=sale.quote.version,
        engine=sale.quote.engine,
        tenders=tuple(map(TenderRecord.of, sale.tenders)),
        quote=recorded_quote(sale.quote),
        receipt=ReceiptRecord(rounding=sale.rounding, change=sale.change),
    )
    return detail.model_dump(mode="json")
