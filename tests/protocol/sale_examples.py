"""Examples of what a sale keeps of itself: a small one, one with everything that a sale can have, a traveller's."""

from __future__ import annotations

from loyalty.basket import LineKind
from loyalty.sale import TenderKind
from loyalty.value import Draw
from protocol.operation import LotRecord, Message
from protocol.sale_detail import ReceiptRecord, SaleDetail
from protocol.sale_records import (
    BasketRecord,
    CouponRecord,
    LineRecord,
    MemberRecord,
    TenderRecord,
    TillRecord,
    ValueLotRecord,
)


def sale_examples() -> dict[str, Message]:
    """By the name of the golden file."""
    return {
        "sale_detail": sale_detail(),
        "sale_detail_everything": sale_with_everything(),
        "sale_detail_proof": sale_of_a_traveller(),
    }


def sale_detail() -> SaleDetail:
    """Two noodles for a gold member who uses 100 points; the quote is cut short."""
    line = LineRecord(no=1, gtin="6901234567892", quantity=2, unit_price=990, category="food")
    lot = LotRecord(id="open.m1", points=600, earned_on="2026-07-20", expires_on="2028-07-20")
    return SaleDetail(
        basket=BasketRecord(lines=(line,), removed=("save-20",), points=100),
        member=MemberRecord(id="m1", tier="gold", birthday="1991-05-17"),
        state=TillRecord(lots=(lot,), assurance="P1", copyable_used=0),
        cutoff_hours=4,
        programme_version=3,
        engine="1",
        tenders=(TenderRecord(kind=TenderKind.CASH, amount=1640),),
        quote={"due": 1642, "net": 1742},
        receipt=ReceiptRecord(rounding=-2, change=360),
    )


def sale_with_everything() -> SaleDetail:
    """Cheese by weight and a gift card, with coupon, stamps, limits, stored value and a gift card; cut short too."""
    member = MemberRecord(
        id="m1",
        tier="gold",
        birthday="1991-05-17",
        birthday_changed_on="2026-02-01",
        groups=("staff",),
        purchases=12,
        qualifying=170_000,
    )
    tenders = (
        TenderRecord(kind=TenderKind.STORED_VALUE, amount=3960),
        TenderRecord(kind=TenderKind.GIFT_CARD, amount=4900, account="gc-1"),
        TenderRecord(kind=TenderKind.THIRD_PARTY, amount=5100, account="mall"),
    )
    return sale_detail().model_copy(
        update={
            "basket": _cheese_and_a_card(),
            "member": member,
            "state": _till_with_everything(),
            "engine": "2",
            "tenders": tenders,
            "receipt": ReceiptRecord(rounding=0, change=0),
        }
    )


def _cheese_and_a_card() -> BasketRecord:
    cheese = LineRecord(no=1, gtin="2000000000008", quantity=1, unit_price=8800, category="fresh", grams=450)
    card = LineRecord(
        no=2, gtin="6901234567908", quantity=1, unit_price=10000, category="cards", kind=LineKind.GIFT_CARD
    )
    return BasketRecord(lines=(cheese, card), coupons=("K7Q2",))


def _till_with_everything() -> TillRecord:
    value = ValueLotRecord(
        id="v1",
        principal=10000,
        bonus=2000,
        spent=3000,
        topped_up_on="2026-07-01",
        expires_on="2028-06-30",
        draw=Draw.PRINCIPAL_FIRST,
    )
    given = ValueLotRecord(id="g1", principal=5000, bonus=0, spent=0, topped_up_on="2026-10-01", paid_out=100)
    return TillRecord(
        assurance="P4",
        store="s01",
        debt=20,
        used={"terminal:units:2026-11-20:flash": 3},
        leased={"member:times:ever:welcome:m1": 1},
        coupons=(CouponRecord(code="K7Q2", rule="ten", holder="m1", expires_on="2026-12-31"),),
        stamps={"coffee": 9},
        value=(value,),
        gift_cards={"gc-1": (given,)},
        pin=True,
        online=True,
    )


def sale_of_a_traveller() -> SaleDetail:
    """The same two noodles: a certificate told whose card it was, and the member gave the PIN."""
    state = TillRecord(assurance="P1", proof="certificate", key_at_hand=False, pin=True)
    return sale_detail().model_copy(update={"state": state})
