"""Every input of a price comes back from its record, and what is as usual takes no bytes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty import Basket, Line, Lot, MemberFacts, Tender, TenderKind, TillState
from loyalty.basket import LineKind
from loyalty.coupon import Coupon, CouponState
from loyalty.value import Draw, ValueLot
from protocol import canonical
from protocol.sale_records import BasketRecord, LineRecord, MemberRecord, TenderRecord, TillRecord, ValueLotRecord
from tests.protocol.sale_examples import sale_with_everything

VALUE = ValueLot("v1", 10_000, 2_000, 300, "2026-01-01", "2027-01-01", Draw.BONUS_FIRST)
GIVEN = ValueLot("g1", 5_000, 0, 0, "2026-01-01", paid_out=10)
COUPON = Coupon("K7Q2", "ten", "m1", "2026-01-01", "2026-12-31", CouponState.USED)
OTHER = Coupon("ZZZZ", "ten")
STATE = TillState(
    lots=(Lot("a", 600, "2026-07-20"), Lot("empty", 0, "2026-07-20")),
    assurance="P3",
    copyable_used=5,
    store="s01",
    debt=7,
    used={"terminal:times:ever:x": 1, "terminal:times:ever:y": 0},
    leased={"chain:money:ever:z": 100},
    coupons=(COUPON, OTHER),
    stamps={"coffee": 9},
    value=(VALUE,),
    gift_cards={"gc-1": (GIVEN,), "gc-2": (GIVEN,)},
    pin=True,
    online=True,
    proof="challenge",
    key_at_hand=False,
)
PLAIN = Basket((Line(1, "6901234567892", 2, 990, "food"),))
BY_VALUE = (Tender(TenderKind.STORED_VALUE, 100), Tender(TenderKind.GIFT_CARD, 100, "gc-1"))


def through_bytes(record: TillRecord) -> TillRecord:
    return TillRecord.model_validate(canonical.decode(canonical.encode(record.model_dump(mode="json"))))


def test_all_that_a_till_knew_comes_back_where_it_was_asked_for() -> None:
    basket = Basket(PLAIN.lines, coupons=("K7Q2",))
    again = through_bytes(TillRecord.of(STATE, basket, BY_VALUE)).read()
    assert again == TillState(
        **{
            **vars(STATE),
            "lots": STATE.lots[:1],
            "used": {"terminal:times:ever:x": 1},
            "coupons": (COUPON,),
            "gift_cards": {"gc-1": (GIVEN,)},
        }
    )


def test_coupons_and_value_that_nobody_asked_for_are_not_recorded() -> None:
    record = through_bytes(TillRecord.of(STATE, PLAIN, (Tender(TenderKind.CASH, 5),)))
    assert (record.coupons, record.value, record.gift_cards) == ((), (), {})
    assert record.stamps == {"coffee": 9}, "stamps are collected and used without being asked for"


def test_what_is_as_usual_takes_no_bytes() -> None:
    """A plain sale is as short as before there was anything else."""
    assert TillRecord.of(TillState(), PLAIN, ()).model_dump(mode="json") == {
        "lots": [],
        "assurance": "P0",
        "copyable_used": 0,
    }
    assert set(LineRecord.of(PLAIN.lines[0]).model_dump()) == {"no", "gtin", "quantity", "unit_price", "category"}
    assert set(MemberRecord.of(MemberFacts("m1", "gold")).model_dump()) == {"id", "tier", "birthday"}
    assert set(BasketRecord.of(PLAIN).model_dump()) == {"lines", "removed", "points"}
    assert set(TenderRecord.of(BY_VALUE[0]).model_dump()) == {"kind", "amount"}


@settings(derandomize=True, max_examples=60)
@given(
    st.sampled_from(LineKind),
    st.none() | st.integers(1, 10**6),
    st.integers(-(10**6), 10**6),
    st.lists(st.from_regex(r"[A-Z0-9]{1,8}", fullmatch=True), max_size=3),
)
def test_baskets_come_back(kind: LineKind, grams: int | None, unit_price: int, coupons: list[str]) -> None:
    line = Line(3, "690", 1, unit_price, "food", kind, grams)
    basket = Basket((line,), frozenset({"b", "a"}), 100, tuple(coupons))
    assert BasketRecord.model_validate(BasketRecord.of(basket).model_dump(mode="json")).read() == basket


def test_members_come_back() -> None:
    member = MemberFacts("m1", "gold", "1991-05-17", "2026-01-02", frozenset({"b", "a"}), 0, 5)
    record = MemberRecord.of(member)
    assert MemberRecord.model_validate(record.model_dump(mode="json")).read() == member
    assert record.model_dump()["purchases"] == 0, "no purchase yet is not the same as not known"


def test_tenders_come_back() -> None:
    assert tuple(TenderRecord.of(tender).read() for tender in BY_VALUE) == BY_VALUE


def test_a_lot_below_zero_is_said_when_it_is_read() -> None:
    record = ValueLotRecord(id="v", principal=1, bonus=0, spent=2, topped_up_on="2026-01-01")
    with pytest.raises(ValueError, match="below zero"):
        record.read()


def test_the_example_with_everything_can_be_read() -> None:
    detail = sale_with_everything()
    assert detail.to_state().gift_cards["gc-1"][0].left == 4900
    assert detail.to_basket().lines[0].gross == 3960
    assert [tender.account for tender in detail.to_tenders()] == [None, "gc-1", "mall"]
