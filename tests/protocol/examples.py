"""One example of each thing on the wire, made with fixed keys: its bytes must never change.

`python -m tests.protocol.examples` writes the golden files that do not exist yet; it never replaces one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from loyalty.ledger import Account, Asset
from protocol import canonical, chain
from protocol.batch import Acknowledgement, Batch, Gap, Outcome, OutcomeRecord
from protocol.contact import TIME, Contact, ContactAnswer, Heartbeat, News, SignedTime
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
from protocol.signing import Signed, public_hex
from tests.protocol.control_examples import control_examples
from tests.protocol.feed_examples import feed_examples
from tests.protocol.movement_examples import movements
from tests.protocol.pin_examples import pin_examples
from tests.protocol.sale_examples import sale_examples

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


def _messages() -> dict[str, Message | ProblemAnswer]:
    lots = (GrantLot(lot="open.m1", points=600, earned_on="2026-07-20", expires_on="2028-07-20"),)
    heartbeat = Heartbeat(version="0.1.0", outbox=12, clock=ClockQuality.HELD, devices={"counter": "ready"})
    time, spend_until, head = _signed_time(), _spend_until(), batch().header.last_hash
    flagged = OutcomeRecord(seq=2, outcome=Outcome.FLAGGED, reason="member_blocked")
    return {
        "operation": sale_operation(),
        **sale_examples(),
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
        **control_examples(),
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
