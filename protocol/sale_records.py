"""The inputs of a sale's price as they are written down: one class for each of `loyalty`'s (D21).

What has its usual value is left out of what came after the first sales were recorded, so a plain sale stays short and
an old one stays readable.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from loyalty.basket import Basket, Line, LineKind, MemberFacts, TillState
from loyalty.coupon import Coupon, CouponState
from loyalty.lots import Lot
from loyalty.sale import Tender, TenderKind
from loyalty.value import Draw, ValueLot
from protocol.operation import Identifier, Int64, IsoDate, LotRecord, Message, later

Count = Annotated[int, Field(ge=0, lt=2**63)]
Counts = dict[Identifier, Count]


class LineRecord(Message):
    """One scanned product; `unit_price` is the shelf price in minor units, of a kilogram where there are `grams`."""

    no: Annotated[int, Field(ge=1, lt=2**31)]
    gtin: Identifier
    quantity: Int64
    unit_price: Int64
    category: Identifier
    kind: LineKind = later(LineKind.GOODS, strict=False)
    grams: Count | None = later(None)

    @classmethod
    def of(cls, line: Line) -> LineRecord:
        return cls(
            no=line.no,
            gtin=line.gtin,
            quantity=line.quantity,
            unit_price=line.unit_price,
            category=line.category,
            kind=line.kind,
            grams=line.grams,
        )

    def read(self) -> Line:
        return Line(self.no, self.gtin, self.quantity, self.unit_price, self.category, self.kind, self.grams)


class BasketRecord(Message):
    """`removed` are offers taken out (D28); `points` were asked to be used as money; `coupons` are codes, as chosen."""

    lines: tuple[LineRecord, ...] = Field(strict=False)
    removed: tuple[Identifier, ...] = Field(default=(), strict=False)
    points: Count = 0
    coupons: tuple[Identifier, ...] = later((), strict=False)

    @classmethod
    def of(cls, basket: Basket) -> BasketRecord:
        lines = tuple(map(LineRecord.of, basket.lines))
        return cls(lines=lines, removed=tuple(sorted(basket.removed)), points=basket.points, coupons=basket.coupons)

    def read(self) -> Basket:
        lines = tuple(line.read() for line in self.lines)
        return Basket(lines, frozenset(self.removed), self.points, self.coupons)


class MemberRecord(Message):
    """What the price was told of the member; the fields are those of `loyalty.MemberFacts`."""

    id: Identifier
    tier: Identifier
    birthday: IsoDate | None = None
    birthday_changed_on: IsoDate | None = later(None)
    groups: tuple[Identifier, ...] = later((), strict=False)
    purchases: Count | None = later(None)
    qualifying: Count | None = later(None)

    @classmethod
    def of(cls, member: MemberFacts) -> MemberRecord:
        return cls(
            id=member.id,
            tier=member.tier,
            birthday=member.birthday,
            birthday_changed_on=member.birthday_changed_on,
            groups=tuple(sorted(member.groups)),
            purchases=member.purchases,
            qualifying=member.qualifying,
        )

    def read(self) -> MemberFacts:
        return MemberFacts(
            id=self.id,
            tier=self.tier,
            birthday=self.birthday,
            birthday_changed_on=self.birthday_changed_on,
            groups=frozenset(self.groups),
            purchases=self.purchases,
            qualifying=self.qualifying,
        )


class CouponRecord(Message):
    """A coupon that was chosen, as the till knew it; the fields are those of `loyalty.coupon.Coupon`."""

    code: Identifier
    rule: Identifier
    holder: Identifier | None = later(None)
    starts_on: IsoDate | None = later(None)
    expires_on: IsoDate | None = later(None)
    state: CouponState = later(CouponState.ISSUED, strict=False)

    @classmethod
    def of(cls, coupon: Coupon) -> CouponRecord:
        return cls(
            code=coupon.code,
            rule=coupon.rule,
            holder=coupon.holder,
            starts_on=coupon.starts_on,
            expires_on=coupon.expires_on,
            state=coupon.state,
        )

    def read(self) -> Coupon:
        return Coupon(self.code, self.rule, self.holder, self.starts_on, self.expires_on, self.state)


class ValueLotRecord(Message):
    """A lot of stored value before the sale, in minor units; the fields are those of `loyalty.value.ValueLot`."""

    id: Identifier
    principal: Count
    bonus: Count
    spent: Count
    topped_up_on: IsoDate
    expires_on: IsoDate | None = later(None)
    draw: Draw = later(Draw.PROPORTIONAL, strict=False)
    paid_out: Count = later(0)
    bonus_ended: Count = later(0)

    @classmethod
    def of(cls, lot: ValueLot) -> ValueLotRecord:
        return cls(
            id=lot.id,
            principal=lot.principal,
            bonus=lot.bonus,
            spent=lot.spent,
            topped_up_on=lot.topped_up_on,
            expires_on=lot.expires_on,
            draw=lot.draw,
            paid_out=lot.paid_out,
            bonus_ended=lot.bonus_ended,
        )

    def read(self) -> ValueLot:
        """Raises ValueError for a lot that would be below zero."""
        return ValueLot(
            id=self.id,
            principal=self.principal,
            bonus=self.bonus,
            spent=self.spent,
            topped_up_on=self.topped_up_on,
            expires_on=self.expires_on,
            draw=self.draw,
            paid_out=self.paid_out,
            bonus_ended=self.bonus_ended,
        )


class TillRecord(Message):
    """What the till knew of rights, as far as it can have mattered: `lots` could be spent there and then,
    `copyable_used` counts the business date so far; the others are those of `loyalty.TillState`. How the member was
    proven stands in `assurance` (the level), `proof` (what was shown), `pin` and `key_at_hand`."""

    lots: tuple[LotRecord, ...] = Field(default=(), strict=False)
    assurance: Identifier
    copyable_used: Count = 0
    store: Annotated[str, Field(max_length=64)] = later("")
    debt: Count = later(0)
    used: Counts = later({})
    leased: Counts = later({})
    coupons: tuple[CouponRecord, ...] = later((), strict=False)
    stamps: Counts = later({})
    value: tuple[ValueLotRecord, ...] = later((), strict=False)
    gift_cards: dict[Identifier, Annotated[tuple[ValueLotRecord, ...], Field(strict=False)]] = later({})
    pin: bool = later(False)
    online: bool = later(False)
    proof: Annotated[str, Field(pattern=r"^[a-z_]{0,32}$")] = later("")
    key_at_hand: bool = later(True)

    @classmethod
    def of(cls, state: TillState, basket: Basket, tenders: tuple[Tender, ...]) -> TillRecord:
        """Lots, coupons and value that neither the basket nor a tender asks for are left out."""
        paid_by_value = any(tender.kind is TenderKind.STORED_VALUE for tender in tenders)
        cards = {tender.account or "" for tender in tenders if tender.kind is TenderKind.GIFT_CARD}
        return cls(
            lots=tuple(lot_record(lot) for lot in state.lots if lot.points > 0),
            assurance=state.assurance,
            copyable_used=state.copyable_used,
            store=state.store,
            debt=state.debt,
            used=_counted(state.used),
            leased=_counted(state.leased),
            coupons=tuple(CouponRecord.of(coupon) for coupon in state.coupons if coupon.code in basket.coupons),
            stamps=_counted(state.stamps),
            value=tuple(map(ValueLotRecord.of, state.value)) if paid_by_value else (),
            gift_cards={card: tuple(map(ValueLotRecord.of, state.gift_cards.get(card, ()))) for card in sorted(cards)},
            pin=state.pin,
            online=state.online,
            proof=state.proof,
            key_at_hand=state.key_at_hand,
        )

    def read(self) -> TillState:
        """Raises ValueError for value lots that would be below zero."""
        return TillState(
            lots=tuple(map(lot_read, self.lots)),
            assurance=self.assurance,
            copyable_used=self.copyable_used,
            store=self.store,
            debt=self.debt,
            used=self.used,
            leased=self.leased,
            coupons=tuple(coupon.read() for coupon in self.coupons),
            stamps=self.stamps,
            value=tuple(lot.read() for lot in self.value),
            gift_cards={card: tuple(lot.read() for lot in lots) for card, lots in self.gift_cards.items()},
            pin=self.pin,
            online=self.online,
            proof=self.proof,
            key_at_hand=self.key_at_hand,
        )


class TenderRecord(Message):
    """`amount` minor units that were kept (cash less change); `account` names a gift card or another issuer."""

    kind: TenderKind = Field(strict=False)
    amount: Int64
    account: Identifier | None = later(None)

    @classmethod
    def of(cls, tender: Tender) -> TenderRecord:
        return cls(kind=tender.kind, amount=tender.amount, account=tender.account)

    def read(self) -> Tender:
        return Tender(self.kind, self.amount, self.account)


def lot_record(lot: Lot) -> LotRecord:
    """A lot of points, which has some."""
    return LotRecord(id=lot.id, points=lot.points, earned_on=lot.earned_on, expires_on=lot.expires_on)


def lot_read(lot: LotRecord) -> Lot:
    return Lot(lot.id, lot.points, lot.earned_on, lot.expires_on)


def _counted(counts: Any) -> dict[str, int]:
    return {key: counts[key] for key in sorted(counts) if counts[key]}
