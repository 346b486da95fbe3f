"""What the `detail` of a sale's operation holds: every input of its price, and the price that was shown (D21)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, ValidationError

from loyalty import to_json
from loyalty.basket import Basket, Line, MemberFacts, TillState
from loyalty.lots import Lot
from loyalty.moment import Moment
from loyalty.sale import Sale, TenderKind
from protocol.operation import Identifier, Int64, IsoDate, LotRecord, Message

Count = Annotated[int, Field(ge=0, lt=2**63)]


class SaleDetailError(ValueError):
    """A detail that is not one of a sale; the message says what is wrong."""


class LineRecord(Message):
    """One scanned product; `unit_price` is the shelf price in minor units."""

    no: Annotated[int, Field(ge=1, lt=2**31)]
    gtin: Identifier
    quantity: Int64
    unit_price: Int64
    category: Identifier


class BasketRecord(Message):
    """`removed` are offers taken out of the basket (D28); `points` is what the member asked to use as money."""

    lines: tuple[LineRecord, ...] = Field(strict=False)
    removed: tuple[Identifier, ...] = Field(default=(), strict=False)
    points: Count = 0


class MemberRecord(Message):
    id: Identifier
    tier: Identifier
    birthday: IsoDate | None = None


class TillRecord(Message):
    """What the till knew: `lots` could be spent there and then; `copyable_used` counts the business date so far."""

    lots: tuple[LotRecord, ...] = Field(default=(), strict=False)
    assurance: Identifier
    copyable_used: Count = 0


class TenderRecord(Message):
    """`amount` minor units that were kept (cash less change)."""

    kind: TenderKind = Field(strict=False)
    amount: Int64


class ReceiptRecord(Message):
    """What settling added to the price: the cash rounding line (D09) and the change, in minor units."""

    rounding: Int64
    change: Int64


class SaleDetail(Message):
    """`quote` is `loyalty.to_json` of the quote; `engine` and `programme_version` say which rules made it."""

    basket: BasketRecord
    member: MemberRecord | None
    state: TillRecord
    cutoff_hours: Annotated[int, Field(ge=0, le=12)]
    programme_version: int
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
        lines = tuple(Line(i.no, i.gtin, i.quantity, i.unit_price, i.category) for i in self.basket.lines)
        return Basket(lines, frozenset(self.basket.removed), self.basket.points)

    def to_member(self) -> MemberFacts | None:
        return MemberFacts(self.member.id, self.member.tier, self.member.birthday) if self.member else None

    def to_state(self) -> TillState:
        lots = tuple(Lot(lot.id, lot.points, lot.earned_on, lot.expires_on) for lot in self.state.lots)
        return TillState(lots, self.state.assurance, self.state.copyable_used)


def sale_detail(basket: Basket, member: MemberFacts | None, state: TillState, at: Moment, sale: Sale) -> dict[str, Any]:
    """The detail of `sale`, which `settle` made from these inputs; lots without points are left out."""
    lots = tuple(
        LotRecord(id=lot.id, points=lot.points, earned_on=lot.earned_on, expires_on=lot.expires_on)
        for lot in state.lots
        if lot.points > 0
    )
    detail = SaleDetail(
        basket=_basket_record(basket),
        member=MemberRecord(id=member.id, tier=member.tier, birthday=member.birthday) if member else None,
        state=TillRecord(lots=lots, assurance=state.assurance, copyable_used=state.copyable_used),
        cutoff_hours=at.cutoff_hours,
        programme_version=sale.quote.version,
        engine=sale.quote.engine,
        tenders=tuple(TenderRecord(kind=tender.kind, amount=tender.amount) for tender in sale.tenders),
        quote=to_json(sale.quote),
        receipt=ReceiptRecord(rounding=sale.rounding, change=sale.change),
    )
    return detail.model_dump(mode="json")


def _basket_record(basket: Basket) -> BasketRecord:
    lines = tuple(
        LineRecord(no=i.no, gtin=i.gtin, quantity=i.quantity, unit_price=i.unit_price, category=i.category)
        for i in basket.lines
    )
    return BasketRecord(lines=lines, removed=tuple(sorted(basket.removed)), points=basket.points)
