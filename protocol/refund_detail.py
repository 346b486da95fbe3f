"""What the `detail` of a refund, a void or an unverified refund holds: every input, and what was shown (D21, D30).

The sale itself is not repeated: HQ has its operation, and `sale` names it. Of the member's points only the lots that
were moved are written down, and the sale's own: the others cannot have mattered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from loyalty.checks import MAX_LINES, MAX_MONEY, MAX_QUANTITY
from loyalty.document import DocumentError, Fault
from loyalty.ledger import Asset
from loyalty.moment import Moment
from loyalty.pricing import ENGINE
from loyalty.refund_answer import Refund
from loyalty.refund_json import read_so_far, refund_json, so_far_json
from loyalty.refund_sale import Known, RefundsSoFar, Return, SoldSale
from loyalty.sale import TenderKind
from loyalty.section import Section
from loyalty.standing import Pending, Standing
from protocol.operation import Identifier, Int64, IsoDate, LotRecord, Message, OperationKey, later
from protocol.sale_records import Count, Counts, ValueLotRecord, lot_read, lot_record

_LEFT_OUT = ("notes", "receipt", "postings", "standing", "after", "lots_back", "value_moves", "rights", "tier")


class RefundDetailError(ValueError):
    """A detail that is not one of a refund; the message says what is wrong."""


class ReturnRecord(Message):
    """`quantity` units of line `no` come back."""

    no: Annotated[int, Field(ge=1, le=MAX_MONEY)]
    quantity: Annotated[int, Field(ge=1, le=MAX_QUANTITY)]

    def read(self) -> Return:
        return Return(self.no, self.quantity)


class PendingRecord(Message):
    """Points that become active on the day `active_on` (D13)."""

    lot: LotRecord
    active_on: IsoDate


class StandingRecord(Message):
    """The member's points as this terminal knew them; the fields are those of `loyalty.Standing`, without HQ's pool."""

    pending: tuple[PendingRecord, ...] = later((), strict=False)
    lease: tuple[LotRecord, ...] = later((), strict=False)
    debt: Count = later(0)

    @classmethod
    def of(cls, standing: Standing, lots: frozenset[str]) -> StandingRecord:
        """Only these lots are written down."""
        pending = [each for each in standing.pending if each.lot.id in lots and each.lot.points > 0]
        return cls(
            pending=tuple(PendingRecord(lot=lot_record(each.lot), active_on=each.active_on) for each in pending),
            lease=tuple(lot_record(lot) for lot in standing.lease if lot.id in lots and lot.points > 0),
            debt=standing.debt,
        )

    def read(self) -> Standing:
        pending = tuple(Pending(lot_read(each.lot), each.active_on) for each in self.pending)
        return Standing(pending=pending, lease=tuple(map(lot_read, self.lease)), debt=self.debt)


class KnownRecord(Message):
    """What else was known of the member; the fields are those of `loyalty.Known`."""

    value: tuple[ValueLotRecord, ...] = later((), strict=False)
    stamps: Counts = later({})
    expired: Count = later(0)

    @classmethod
    def of(cls, known: Known, lots: frozenset[str]) -> KnownRecord:
        """Only these lots of value are written down."""
        value = tuple(ValueLotRecord.of(lot) for lot in known.value if lot.id in lots)
        stamps = {offer: known.stamps[offer] for offer in sorted(known.stamps) if known.stamps[offer] > 0}
        return cls(value=value, stamps=stamps, expired=known.expired)

    def read(self) -> Known:
        """Raises ValueError for value lots that would be below zero."""
        return Known(tuple(lot.read() for lot in self.value), self.stamps, self.expired)


class RefundDetail(Message):
    """A refund, or with `exact` a void: `request` is then empty, for everything.

    `so_far` and `after` are the right to refund before and after (`so_far_json`); `collect` is the tender of a
    difference; `exact` says whether a void reversed every posting of the sale as it was. `result` is what was shown,
    `recorded_refund`. `programme_version` is the sale's.
    """

    sale: OperationKey
    request: tuple[ReturnRecord, ...] = Field(strict=False, max_length=MAX_LINES)
    so_far: dict[str, Any]
    standing: StandingRecord
    known: KnownRecord
    collect: TenderKind = Field(strict=False)
    cutoff_hours: Annotated[int, Field(ge=0, le=12)]
    programme_version: Int64
    engine: Annotated[str, Field(max_length=64)]
    result: dict[str, Any]
    after: dict[str, Any]
    exact: bool | None = later(None)

    @classmethod
    def read(cls, detail: Mapping[str, Any]) -> RefundDetail:
        """Raises RefundDetailError unless `detail` is one of a refund or a void."""
        try:
            return cls.model_validate(dict(detail))
        except ValidationError as error:
            raise RefundDetailError(f"the detail is not one of a refund: {error}") from error

    def to_so_far(self) -> RefundsSoFar:
        """Raises RefundDetailError."""
        return so_far_from(self.so_far)

    def to_request(self) -> tuple[Return, ...]:
        return tuple(each.read() for each in self.request)


class UnverifiedRefundDetail(Message):
    """Cash given back for goods whose sale could not be looked at, by a manager's word: the shop's exposure (rule 11).

    `receipt` is what the slip said, as it was typed; `approved_by` is the name behind the approval code.
    """

    sale: Literal[None] = None
    unverified_minor: Annotated[int, Field(gt=0, lt=MAX_MONEY)]
    approved_by: Identifier
    receipt: Annotated[str, Field(max_length=64)] = ""


@dataclass(frozen=True)
class Asked:
    """Every input of a refund but the sale's own bytes; a void has no `request`."""

    sale: OperationKey
    request: tuple[Return, ...]
    so_far: RefundsSoFar
    standing: Standing
    known: Known
    collect: TenderKind = TenderKind.CASH


def refund_detail(asked: Asked, sale: SoldSale, at: Moment, done: Refund, exact: bool | None = None) -> dict[str, Any]:
    """The detail of `done`, which `refund` (or `void`, with `exact`) made from these inputs."""
    points = frozenset(p.lot for p in done.postings if p.asset is Asset.POINTS) | {sale.lot}
    value = frozenset(part.lot for part in sale.sale.value)
    detail = RefundDetail(
        sale=asked.sale,
        request=tuple(ReturnRecord(no=each.no, quantity=each.quantity) for each in asked.request),
        so_far=so_far_json(asked.so_far),
        standing=StandingRecord.of(asked.standing, points),
        known=KnownRecord.of(asked.known, value),
        collect=asked.collect,
        cutoff_hours=at.cutoff_hours,
        programme_version=sale.quote.version,
        engine=ENGINE,
        result=recorded_refund(done),
        after=so_far_json(done.after),
        exact=exact,
    )
    return detail.model_dump(mode="json")


def so_far_from(document: object) -> RefundsSoFar:
    """The right to refund as `so_far_json` wrote it. Raises RefundDetailError."""
    faults: list[Fault] = []
    so_far = read_so_far(Section(document, "$", faults))
    if faults:
        raise RefundDetailError(f"the right to refund cannot be read: {DocumentError(faults)}")
    return so_far


def recorded_refund(refund: Refund) -> dict[str, Any]:
    """What was shown and is not already in the postings or the right that is left; each line as
    [no, first unit, quantity, amount]."""
    document = refund_json(refund)
    for name in _LEFT_OUT:
        document.pop(name, None)
    taken = refund.taken
    document["lines"] = [[line.no, line.first, line.quantity, line.amount] for line in refund.lines]
    document["taken"] = [taken.points, taken.cancelled, taken.expired, taken.debt, taken.over_cap]
    document["coupons"] = [{"code": each.code, "state": each.state.value} for each in refund.coupons]
    return document


def returned_lots(refund: Refund) -> tuple[LotRecord, ...]:
    """The lots that points go back to, with their dates: the terminal, or even HQ, may hold nothing of them (D14)."""
    found: dict[str, LotRecord] = {}
    for back in refund.lots_back:
        before = found.get(back.lot.id)
        points = back.lot.points + (before.points if before else 0)
        found[back.lot.id] = lot_record(back.lot).model_copy(update={"points": points})
    return tuple(found.values())
