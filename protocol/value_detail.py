"""What the `detail` of a top-up and of a pay-out holds: every input, what was done, and the lot it made (D24, D25)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, TypeVar

from pydantic import Field, ValidationError

from loyalty.basket import Basket, MemberFacts, TillState
from loyalty.moment import Moment
from loyalty.pay_out import PaidOut
from loyalty.pricing import ENGINE
from loyalty.programme import Programme
from loyalty.sale import Tender, TenderKind
from loyalty.top_up import ToppedUp, TopUp, room_key
from protocol.operation import Int64, Message, later
from protocol.sale_detail import ReceiptRecord
from protocol.sale_records import Count, MemberRecord, TenderRecord, TillRecord, ValueLotRecord

NOTHING = Basket(())
Cutoff = Annotated[int, Field(ge=0, le=12)]
Engine = Annotated[str, Field(max_length=64)]
Detail = TypeVar("Detail", bound=Message)


class ValueDetailError(ValueError):
    """A detail that is not one of a top-up or pay-out; the message says what is wrong."""


class TopUpDetail(Message):
    """`amount` minor units became the principal of `lot`; `named` is whether the card bears its holder's name.

    `state` holds the room that was leased here, and the gift cards that paid. `tenders` are the amounts kept.
    """

    amount: Count
    named: bool
    member: MemberRecord
    state: TillRecord
    cutoff_hours: Cutoff
    programme_version: Int64
    engine: Engine
    tenders: tuple[TenderRecord, ...] = Field(strict=False)
    receipt: ReceiptRecord
    lot: ValueLotRecord

    @classmethod
    def read(cls, detail: Mapping[str, Any]) -> TopUpDetail:
        """Raises ValueDetailError unless `detail` is one of a top-up."""
        return _read(cls, detail)


class PayOutDetail(Message):
    """`amount` of the principal left in money, by `by`, and `cancelled` of bonus with it. `asked` None: all of it.

    `state` holds the member's lots of value before, `lots` those that changed as they are afterwards.
    """

    asked: Count | None
    by: TenderKind = Field(strict=False)
    member: MemberRecord
    state: TillRecord
    cutoff_hours: Cutoff
    programme_version: Int64
    engine: Engine
    amount: Count
    cancelled: Count = later(0)
    lots: tuple[ValueLotRecord, ...] = Field(strict=False)

    @classmethod
    def read(cls, detail: Mapping[str, Any]) -> PayOutDetail:
        """Raises ValueDetailError unless `detail` is one of a pay-out."""
        return _read(cls, detail)


def top_up_detail(
    wish: TopUp, member: MemberFacts, state: TillState, at: Moment, programme: Programme, done: ToppedUp
) -> dict[str, Any]:
    """The detail of `done`, which `top_up` made from these inputs."""
    room = {room_key(member.id): state.leased.get(room_key(member.id), 0)}
    mattered = replace(state, lots=(), used={}, leased=room, stamps={}, copyable_used=0, debt=0)
    detail = TopUpDetail(
        amount=done.amount,
        named=wish.named,
        member=MemberRecord.of(member),
        state=TillRecord.of(mattered, NOTHING, done.paid.tenders),
        cutoff_hours=at.cutoff_hours,
        programme_version=programme.version,
        engine=ENGINE,
        tenders=tuple(map(TenderRecord.of, done.paid.tenders)),
        receipt=ReceiptRecord(rounding=done.paid.rounding, change=done.paid.change),
        lot=ValueLotRecord.of(done.lot),
    )
    return detail.model_dump(mode="json")


def pay_out_detail(
    asked: int | None, member: MemberFacts, state: TillState, at: Moment, programme: Programme, done: PaidOut
) -> dict[str, Any]:
    """The detail of `done`, which `pay_out` made from these inputs."""
    mattered = replace(state, lots=(), used={}, leased={}, stamps={}, copyable_used=0, debt=0)
    before = {lot.id: lot for lot in state.value}
    detail = PayOutDetail(
        asked=asked,
        by=done.by,
        member=MemberRecord.of(member),
        state=TillRecord.of(mattered, NOTHING, (Tender(TenderKind.STORED_VALUE, done.amount),)),
        cutoff_hours=at.cutoff_hours,
        programme_version=programme.version,
        engine=ENGINE,
        amount=done.amount,
        cancelled=done.cancelled,
        lots=tuple(ValueLotRecord.of(lot) for lot in done.lots if before.get(lot.id) != lot),
    )
    return detail.model_dump(mode="json")


def _read(kind: type[Detail], detail: Mapping[str, Any]) -> Detail:
    try:
        return kind.model_validate(dict(detail))
    except ValidationError as error:
        raise ValueDetailError(f"the detail is not a {kind.__name__}: {error}") from error
