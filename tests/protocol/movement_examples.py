"""Examples of what moves without a sale: refunds, stored value, leases, recalls and rights to refund."""

from __future__ import annotations

from loyalty.ledger import Asset
from loyalty.sale import TenderKind
from protocol.lease import Grant, GrantAsk, GrantPage, KeptGrants, Recall, RefundRight, Whereabouts, grant_digest
from protocol.movements import ExpireDetail, LeaseReturnDetail, MergeDetail, ReleaseDetail, WriteOffDetail
from protocol.obeyed import Held, Obeyed, Wanted
from protocol.operation import LotRecord, Message, OperationKey
from protocol.refund_detail import (
    KnownRecord,
    PendingRecord,
    RefundDetail,
    ReturnRecord,
    StandingRecord,
    UnverifiedRefundDetail,
)
from protocol.sale_detail import ReceiptRecord
from protocol.sale_records import CouponRecord, MemberRecord, TenderRecord, TillRecord, ValueLotRecord
from protocol.signing import Signed
from protocol.value_detail import PayOutDetail, TopUpDetail

DENIALS = Held(purpose="deny", version=5)
SALE = OperationKey(device="s01-1", epoch=1, seq=42)
AT_MS = 1_795_147_200_000
SO_FAR = {
    "format": 1,
    "lines": [{"no": 1, "back": 1}],
    "value": 990,
    "money": 990,
    "points_back": 0,
    "points_taken": 9,
    "expired": 0,
    "tenders": [{"kind": "cash", "paid": 1980, "back": 990, "account": None, "collected": False}],
    "cash": 990,
    "bought": 0,
    "bought_for": 0,
    "above_cap": 0,
}


def value_lot(number: int = 1, **changes: int) -> ValueLotRecord:
    amounts = {"principal": 10000, "bonus": 2000, "spent": 0} | changes
    return ValueLotRecord(id=f"s01-1.1.g{number}", topped_up_on="2026-07-01", expires_on="2028-06-30", **amounts)


def refund_detail() -> RefundDetail:
    """The second of two noodles comes back; the quote's result is cut short."""
    earned = LotRecord(id="s01-1.1.42", points=10, earned_on="2026-11-20", expires_on="2028-11-20")
    return RefundDetail(
        sale=SALE,
        request=(ReturnRecord(no=1, quantity=1),),
        so_far=SO_FAR,
        standing=StandingRecord(lease=(earned,), debt=20),
        known=KnownRecord(),
        collect=TenderKind.CASH,
        cutoff_hours=4,
        programme_version=3,
        engine="2",
        result={"lines": [[1, 2, 1, 990]], "money": 990, "given": 990},
        after={**SO_FAR, "lines": [{"no": 1, "back": 2}], "value": 1980, "money": 1980, "cash": 1980},
    )


def void_detail() -> RefundDetail:
    """A void where points wait, with stamps, stored value and points that have expired."""
    waiting = LotRecord(id="s01-1.1.42", points=19, earned_on="2026-11-20", expires_on="2028-11-20")
    return refund_detail().model_copy(
        update={
            "request": (),
            "so_far": {**SO_FAR, "lines": []},
            "standing": StandingRecord(pending=(PendingRecord(lot=waiting, active_on="2026-12-05"),)),
            "known": KnownRecord(value=(value_lot(spent=300),), stamps={"coffee": 2}, expired=3),
            "exact": True,
        }
    )


def _value() -> dict[str, Message]:
    member, state = MemberRecord(id="m1", tier="gold"), TillRecord(assurance="P4", store="s01")
    room = {"member:top_up:m1": 500_000}
    return {
        "top_up_detail": TopUpDetail(
            amount=10000,
            named=True,
            member=member,
            state=state.model_copy(update={"leased": room}),
            cutoff_hours=4,
            programme_version=3,
            engine="2",
            tenders=(TenderRecord(kind=TenderKind.MOBILE, amount=10000),),
            receipt=ReceiptRecord(rounding=0, change=0),
            lot=value_lot(),
        ),
        "pay_out_detail": PayOutDetail(
            asked=None,
            by=TenderKind.CASH,
            member=member,
            state=state.model_copy(update={"value": (value_lot(spent=300),)}),
            cutoff_hours=4,
            programme_version=3,
            engine="2",
            amount=9750,
            cancelled=1950,
            lots=(value_lot(spent=300, paid_out=9750, bonus_ended=1950),),
        ),
    }


def _leases() -> dict[str, Message]:
    grants = (
        Grant(
            number=2,
            member="m1",
            value=(value_lot(2),),
            coupons=(CouponRecord(code="K7Q2", rule="ten", holder="m1", expires_on="2026-12-31"),),
            limits={"member:times:ever:welcome:m1": 1},
            refunds=(RefundRight(sale=SALE, operation="{}", so_far=SO_FAR),),
        ),
        Grant(number=3, member="m1", recalls=(Recall(asset=Asset.POINTS, lot="open.m1", amount=200),)),
        Grant(number=4, member=None, recalls=(Recall(sale=SALE),)),
    )
    place = Whereabouts(device="s02-1", store="s02", last_contact_ms=AT_MS)
    return {
        "grant_page_everything": GrantPage(device="s01-1", epoch=1, grants=grants, head=4, held_by=place),
        "grant_ask_everything": GrantAsk(
            member="m1",
            points=300,
            after=1,
            value=5000,
            limits={"member:top_up:m1": 10000},
            coupons=("K7Q2",),
            sale=SALE,
        ),
        "lease_return_detail": LeaseReturnDetail(recall=3),
        "release_detail": ReleaseDetail(through=40, sales=(SALE,), recall=4),
        "expire_detail": ExpireDetail(day="2027-01-01"),
        "write_off_detail": WriteOffDetail(
            device="s01-1", epoch=1, operators=("ann", "bob"), signatures=("ab" * 64, "cd" * 64)
        ),
        "obeyed": Obeyed(held=(DENIALS,), documents=(Signed(purpose="deny", payload="{}", signature="ab" * 64),)),
        "kept_grants": KeptGrants(
            device="s01-1", epoch=1, first=2, digests=tuple(map(grant_digest, grants)), rights=(SALE,), next_seq=7
        ),
        "wanted": Wanted(wanted=(DENIALS,)),
        "merge_detail": MergeDetail(stays="m1", why="one person, two cards", operator="ann", signature="ab" * 64),
    }


def movements() -> dict[str, Message]:
    """By the name of its golden file."""
    return {
        "refund_detail": refund_detail(),
        "void_detail": void_detail(),
        "unverified_refund_detail": UnverifiedRefundDetail(
            unverified_minor=5000, approved_by="ann", receipt="s02-1-1-000017"
        ),
        **_value(),
        **_leases(),
    }
