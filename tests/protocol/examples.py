"""One example of each thing on the wire, made with fixed keys: its bytes must never change.

`python -m tests.protocol.examples` writes the golden files that do not exist yet; it never replaces one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from loyalty.basket import LineKind
from loyalty.ledger import Account, Asset
from loyalty.sale import TenderKind
from loyalty.value import Draw
from protocol import canonical, chain
from protocol.assurance import AssuranceRule, AssuranceTable
from protocol.batch import Acknowledgement, Batch, Gap, Outcome, OutcomeRecord
from protocol.contact import TIME, Contact, ContactAnswer, Heartbeat, News, SignedTime
from protocol.control import CodeIssuer, CodeIssuers, Configuration, DenyList, ShopCodes, WeightCodeRule
from protocol.directory import (
    CardRow,
    CardState,
    CopyableUse,
    LotRow,
    MemberRow,
    MemberState,
    ProductRow,
    StoreRow,
    card_key,
)
from protocol.enrolment import (
    ADMISSION,
    CLAIM,
    Admission,
    Claim,
    EnrolAnswer,
    EnrolRequest,
    Hello,
    Readmission,
    claim_text,
    hello_bytes,
    proof,
)
from protocol.feed import FeedPage, FeedRow, RowKind, member_bucket, row_digest, sum_hex
from protocol.lease import SPEND_UNTIL, Grant, GrantAsk, GrantLot, GrantPage, Reported, SpendUntil
from protocol.operation import ClockQuality, Kind, LotRecord, Message, Operation, PostingRecord
from protocol.problem import Problem, ProblemAnswer
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
from protocol.signing import Signed, public_hex
from tests.protocol.feed_examples import feed_examples
from tests.protocol.movement_examples import movements
from tests.protocol.pin_examples import pin_examples

FOLDER = Path(__file__).parents[1] / "golden" / "protocol"
DEVICE_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
HQ_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
NONCE = "00112233445566778899aabbccddeeff"
AT_MS = 1_795_147_200_000


def sale_operation(seq: int = 1, **changes: Any) -> Operation:
    """A member spends 100 points and earns 12."""
    values: dict[str, Any] = {
        "device": "s01-1",
        "epoch": 1,
        "seq": seq,
        "kind": Kind.SALE,
        "intent": f"{seq:032x}",
        "at_ms": AT_MS + seq,
        "clock": ClockQuality.TRUSTED,
        "zone": "Asia/Shanghai",
        "business_date": "2026-11-20",
        "store": "s01",
        "member": "m1",
        "lots": (LotRecord(id=f"s01-1.1.{seq}", points=12, earned_on="2026-11-20", expires_on="2028-11-20"),),
        "postings": (
            posting(Account.ISSUED, f"s01-1.1.{seq}", -12),
            posting(Account.LEASE, f"s01-1.1.{seq}", 12),
            posting(Account.LEASE, "open.m1", -100),
            posting(Account.REDEEMED, "open.m1", 100),
        ),
        "detail": {"note": "金卡"},
    }
    return Operation(**(values | changes))


def posting(account: Account, lot: str, amount: int, asset: Asset = Asset.POINTS) -> PostingRecord:
    return PostingRecord(account=account, asset=asset, lot=lot, amount=amount)


def batch() -> Batch:
    operations = [sale_operation(seq).encode() for seq in (1, 2, 3)]
    return Batch.sign(DEVICE_KEY, "s01-1", 1, 1, chain.genesis("s01-1", 1), operations)


def claim() -> Claim:
    return Claim(
        id="c-0011223344556677",
        hq="https://hq.example:8443",
        ca_pin="ab" * 32,
        secret=NONCE,
        store="s01",
        lane="1",
        issued_ms=AT_MS,
        expires_ms=AT_MS + 72 * 3600 * 1000,
    )


def admission() -> Signed:
    said = Admission(
        device="s01-1",
        epoch=1,
        store="s01",
        lane="1",
        serial="10000000abcdef",
        public_key=public_hex(DEVICE_KEY),
        enrolled_ms=AT_MS,
    )
    return Signed.make(ADMISSION, said.model_dump(), HQ_KEY)


def member_row() -> MemberRow:
    return MemberRow(
        id="m1",
        name="王小雨",
        phone_masked="138****1234",
        birthday="1991-05-17",
        language="zh-CN",
        tier="gold",
        state=MemberState.ACTIVE,
        home_store="s01",
        lots=(LotRow(id="open.m1", points=900, earned_on="2026-07-20", expires_on="2028-07-20"),),
        copyable_used=CopyableUse(business_date="2026-11-20", points=100),
    )


def _signed_time() -> Signed:
    return Signed.make(TIME, SignedTime(nonce=NONCE, utc_ms=AT_MS).model_dump(), HQ_KEY)


def _spend_until() -> Signed:
    right = SpendUntil(device="s01-1", epoch=1, until_ms=AT_MS + 2_592_000_000, issued_ms=AT_MS)
    return Signed.make(SPEND_UNTIL, right.model_dump(), HQ_KEY)


def _feed_page() -> FeedPage:
    key = card_key(bytes(32), "04A1B2C3D4E5F6")
    card = CardRow(member="m1", state=CardState.ACTIVE).model_dump(mode="json")
    body = member_row().model_dump(mode="json")
    total = row_digest("member", "m1", body) + row_digest("card", key, card)
    rows = (
        FeedRow(cseq=1, kind=RowKind.CARD, key=key, body=card),
        FeedRow(cseq=3, kind=RowKind.MEMBER, key="m1", body=body),
        FeedRow(cseq=4, kind=RowKind.MEMBER, key="m9", body=None),
    )
    return FeedPage(
        bucket=member_bucket("m1"),
        generation=1,
        rows=rows,
        cursor=4,
        head=4,
        count=2,
        sum=sum_hex(total),
        applied_seq=3,
        as_of_ms=AT_MS,
    )


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
    cheese = LineRecord(no=1, gtin="2000000000008", quantity=1, unit_price=8800, category="fresh", grams=450)
    card = LineRecord(
        no=2, gtin="6901234567908", quantity=1, unit_price=10000, category="cards", kind=LineKind.GIFT_CARD
    )
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
    return sale_detail().model_copy(
        update={
            "basket": BasketRecord(lines=(cheese, card), coupons=("K7Q2",)),
            "member": MemberRecord(
                id="m1",
                tier="gold",
                birthday="1991-05-17",
                birthday_changed_on="2026-02-01",
                groups=("staff",),
                purchases=12,
                qualifying=170_000,
            ),
            "state": TillRecord(
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
            ),
            "engine": "2",
            "tenders": (
                TenderRecord(kind=TenderKind.STORED_VALUE, amount=3960),
                TenderRecord(kind=TenderKind.GIFT_CARD, amount=4900, account="gc-1"),
                TenderRecord(kind=TenderKind.THIRD_PARTY, amount=5100, account="mall"),
            ),
            "receipt": ReceiptRecord(rounding=0, change=0),
        }
    )


def sale_of_a_traveller() -> SaleDetail:
    """The same two noodles: a certificate told whose card it was, and the member gave the PIN."""
    state = TillRecord(assurance="P1", proof="certificate", key_at_hand=False, pin=True)
    return sale_detail().model_copy(update={"state": state})


def _messages() -> dict[str, Message | ProblemAnswer]:
    lots = (GrantLot(lot="open.m1", points=600, earned_on="2026-07-20", expires_on="2028-07-20"),)
    heartbeat = Heartbeat(version="0.1.0", outbox=12, clock=ClockQuality.HELD, devices={"counter": "ready"})
    time, spend_until, head = _signed_time(), _spend_until(), batch().header.last_hash
    flagged = OutcomeRecord(seq=2, outcome=Outcome.FLAGGED, reason="member_blocked")
    return {
        "operation": sale_operation(),
        "sale_detail": sale_detail(),
        "sale_detail_everything": sale_with_everything(),
        "sale_detail_proof": sale_of_a_traveller(),
        "batch_header": batch().header,
        "acknowledgement": Acknowledgement(acked_seq=3, acked_hash=head, outcomes=(flagged,)),
        "gap": Gap(expected_seq=4, expected_hash=head),
        "signed_time": time,
        "spend_until": spend_until,
        "contact": Contact(nonce=NONCE, epoch=1, heartbeat=heartbeat),
        "contact_answer": ContactAnswer(
            time=time, spend_until=spend_until, state="active", acked_seq=3, acked_hash=head
        ),
        "news": News(granted=3, config=12),
        "deny_list": DenyList(version=4, cards=("00" * 16,), members=("m1",), devices=("s01-1:1",)),
        "configuration": Configuration(version=2, interval_s=60),
        "configuration_with_assurance": Configuration(version=4, assurance=assurance_table()),
        "configuration_with_codes": Configuration(
            version=5,
            codes=ShopCodes(
                weight_codes=(
                    WeightCodeRule(pattern="21IIIIIWWWWWC"),
                    WeightCodeRule(pattern="22IIIIIPPPPPC", step=10),
                ),
                member_prefixes=("6901234",),
            ),
        ),
        "configuration_with_issuers": Configuration(
            version=3,
            interval_s=60,
            issuers=CodeIssuers(tenant="00" * 16, keys=(CodeIssuer(kid=1, public_key="ab" * 32),)),
        ),
        "feed_page": _feed_page(),
        **feed_examples(),
        **_rows(),
        "grant_page": GrantPage(device="s01-1", epoch=1, grants=(Grant(number=1, member="m1", lots=lots),), head=1),
        "reported": Reported(granted=7),
        "grant_ask": GrantAsk(member="m1", points=300, after=1),
        **movements(),
        **pin_examples(),
        "claim": claim(),
        **_enrolment(),
        "problem": ProblemAnswer(error=Problem(code="gap", message="Too late.", params={"expected_seq": 4})),
    }


def assurance_table() -> AssuranceTable:
    few = AssuranceRule(action="redeem", level="P1", key=True, most=2_000, daily=True)
    much = AssuranceRule(action="spend_value", level="P3", pin=True, hq=True)
    return AssuranceTable(rules=(few, much, AssuranceRule(action="change_pin", level="P0", pin=True, staff=True)))


def _rows() -> dict[str, Message]:
    return {
        "member_row": member_row(),
        "member_row_everything": member_row().model_copy(
            update={
                "birthday_changed_on": "2026-02-01",
                "groups": ("staff",),
                "purchases": 12,
                "qualifying": 170_000,
                "used": {"birthday:2026:cake:m1": 1},
            }
        ),
        "member_row_with_value": member_row().model_copy(update={"principal": 75_000, "bonus": 15_000}),
        "product_row": ProductRow(
            gtin="6901234567892", name={"zh-CN": "面", "en": "Noodles"}, price=990, category="food"
        ),
        "store_row": StoreRow(
            id="s01", name={"en": "Willow Bank"}, region="east", zone="Asia/Shanghai", cutoff_hours=4
        ),
    }


def _enrolment() -> dict[str, Message]:
    key, secret = public_hex(DEVICE_KEY), NONCE
    return {
        "enrol_request": EnrolRequest(
            claim=claim().id,
            public_key=key,
            serial="10000000abcdef",
            nonce=NONCE,
            proof=proof(secret, key, "10000000abcdef", NONCE, claim().ca_pin, "s01", "1"),
        ),
        "enrol_answer": EnrolAnswer(
            device="s01-1",
            epoch=1,
            store="s01",
            lane="1",
            trust_key=public_hex(HQ_KEY),
            lookup_key="00" * 32,
            token="11" * 32,
        ),
        "enrol_answer_admitted": EnrolAnswer(
            device="s01-1",
            epoch=1,
            store="s01",
            lane="1",
            trust_key=public_hex(HQ_KEY),
            lookup_key="00" * 32,
            admission=admission(),
        ),
        "readmission": Readmission(admission=admission()),
        "hello": Hello(device="s01-1", signature=DEVICE_KEY.sign(hello_bytes("s01-1", claim().id)).hex()),
    }


def examples() -> Mapping[str, bytes]:
    """File name → bytes. Messages are canonical JSON; a batch is binary, a claim's QR code is text."""
    found = {f"{name}.json": canonical.encode(item.model_dump(mode="json")) for name, item in _messages().items()}
    found["batch.bin"] = batch().encode()
    found["claim_text.bin"] = claim_text(Signed.make(CLAIM, claim().model_dump(), HQ_KEY)).encode()
    return found


def model_of(name: str) -> type[Message | ProblemAnswer]:
    """The class that reads the golden file `name`."""
    return type(_messages()[name.removesuffix(".json")])


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, data in examples().items():
        if not (FOLDER / name).exists():
            (FOLDER / name).write_bytes(data)
