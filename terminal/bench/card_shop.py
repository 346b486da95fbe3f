"""A shop that knows one member, whose card has a key: for the bench of cards."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel

from protocol.directory import CardProof, CardRow, CardState, CardTechnology, MemberRow, MemberState, StoreRow, card_key
from protocol.feed import Bucket, FeedPage, FeedRow, RowKind, member_bucket, row_digest, sum_hex
from protocol.operation import ClockQuality
from protocol.signing import Signed
from terminal.bench.card_turns import DELIVERED_KEY, KEY_NO
from terminal.bench.identity import bench_identity
from terminal.bench.layout import SAMPLE_CHAIN
from terminal.bench.sample_sales import DEVICE, EPOCH, NOON_MS, STORE
from terminal.clock import ClockReading
from terminal.counter.attention import Attention
from terminal.counter.desk import Desk
from terminal.counter.shop import PROGRAMME, Shop
from terminal.store.directory import Directory
from terminal.store.directory_writer import DirectoryWriter
from terminal.store.ledger import Ledger

MEMBER = "m1"
_LOOKUP = "55" * 32
_CLOCK = ClockReading(NOON_MS, ClockQuality.TRUSTED, 0)
_PROOF = CardProof(technology=CardTechnology.NTAG424, key_no=KEY_NO, version=1)


_CARD = CardRow(member=MEMBER, state=CardState.ACTIVE, proof=_PROOF)
_STORE = StoreRow(id=STORE, name={"en": "Bench"}, region="r1", zone="Asia/Shanghai", cutoff_hours=4)
_MEMBER = MemberRow(
    id=MEMBER,
    name="Ada Byron",
    phone_masked="120****0001",
    language="en",
    tier="gold",
    state=MemberState.ACTIVE,
    home_store=STORE,
)


@contextmanager
def desk_that_knows(folder: Path, uid: str, attention: Attention) -> Iterator[Desk]:
    """The desk of a till whose directory has the member of the card `uid`, with the card's key at hand."""
    trust = Ed25519PrivateKey.generate()
    identity = bench_identity(trust.public_key().public_bytes_raw().hex(), _LOOKUP)
    programme = Signed.make(PROGRAMME, json.loads((SAMPLE_CHAIN / "programme.json").read_text("utf-8")), trust)
    with DirectoryWriter(folder / "directory.db") as writer:
        writer.apply(_page(Bucket.CONFIG, [(RowKind.STORE, STORE, _STORE), (RowKind.PROGRAMME, "current", programme)]))
        writer.apply(
            _page(member_bucket(MEMBER), [(RowKind.MEMBER, MEMBER, _MEMBER), (RowKind.CARD, _key(uid), _CARD)])
        )
    intents = itertools.count(1)
    with (
        Ledger.open(folder / "ledger.db", DEVICE, EPOCH) as ledger,
        closing(Directory(folder / "directory.db")) as known,
    ):
        shop = Shop(ledger, known, identity, lambda: _CLOCK, card_keys=lambda _card, _version: DELIVERED_KEY)
        yield Desk(shop, lambda: f"{next(intents):032x}", attention)


def _key(uid: str) -> str:
    return card_key(bytes.fromhex(_LOOKUP), uid)


def _page(bucket: Bucket, told: Sequence[tuple[RowKind, str, BaseModel]]) -> FeedPage:
    rows = [(kind, key, row.model_dump(mode="json")) for kind, key, row in told]
    return FeedPage(
        bucket=bucket,
        generation=1,
        rows=tuple(FeedRow(cseq=cseq, kind=kind, key=key, body=body) for cseq, (kind, key, body) in enumerate(rows, 1)),
        cursor=len(rows),
        head=len(rows),
        count=len(rows),
        sum=sum_hex(sum(row_digest(*row) for row in rows)),
        applied_seq=0,
        as_of_ms=NOON_MS,
    )
