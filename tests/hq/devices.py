"""A terminal's side of the ledger, thin: it makes chained, signed operations as a real one would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hq.headquarters import Headquarters
from hq.ingest import Quarantined, ingest
from hq.problems import Refusal
from hq.reading import read_batch
from loyalty.ledger import Account, Asset
from protocol import chain, signing
from protocol.batch import Acknowledgement, Batch
from protocol.enrolment import EnrolAnswer, EnrolRequest, Hello, hello_bytes, proof, read_claim
from protocol.operation import LotRecord, PostingRecord
from tests.hq.tiny_chain import NOW_MS
from tests.protocol.examples import NONCE, posting, sale_operation

HQ_URL = "https://hq.example:8443"


@dataclass
class Device:
    """`operations` are its whole chain since the epoch began, `hashes[n]` the hash after n of them."""

    key: Ed25519PrivateKey
    identity: EnrolAnswer
    operations: list[bytes] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.identity.device

    @property
    def holder(self) -> str:
        return f"{self.identity.device}:{self.identity.epoch}"

    def hash_after(self, count: int) -> bytes:
        return chain.extend(chain.genesis(self.name, self.identity.epoch), self.operations[:count])

    def sell(
        self, member: str | None = None, *, earn: int = 0, use: Sequence[tuple[str, int]] = (), **changes: Any
    ) -> bytes:
        """Append a sale in which `member` earns points and uses them from lots; `changes` bend the operation."""
        seq = len(self.operations) + 1
        lot = f"{self.name}.{self.identity.epoch}.{seq}"
        lots, postings = _earning(lot, earn) if earn else ((), ())
        values: dict[str, Any] = {
            "seq": seq,
            "at_ms": NOW_MS + seq,
            "device": self.name,
            "epoch": self.identity.epoch,
            "store": self.identity.store,
            "member": member,
            "intent": f"{hash_of(self.name)}{seq:024x}",
            "lots": lots,
            "postings": (*postings, *_using(use, changes.pop("copyable", False))),
        }
        data = sale_operation(**(values | changes)).encode()
        self.operations.append(data)
        return data

    def batch(self, first: int = 1, last: int | None = None) -> Batch:
        last = len(self.operations) if last is None else last
        operations = self.operations[first - 1 : last]
        return Batch.sign(self.key, self.name, self.identity.epoch, first, self.hash_after(first - 1), operations)

    def fork(self, at: int) -> Device:
        """A copy of this device's disk as it was after `at` operations."""
        return Device(self.key, self.identity, self.operations[:at])


def hash_of(name: str) -> str:
    return name.encode().hex()[-8:].rjust(8, "0")


def _earning(lot: str, points: int) -> tuple[tuple[LotRecord, ...], tuple[PostingRecord, ...]]:
    record = LotRecord(id=lot, points=points, earned_on="2026-11-20", expires_on="2028-11-20")
    return (record,), (posting(Account.ISSUED, lot, -points), posting(Account.LEASE, lot, points))


def _using(use: Sequence[tuple[str, int]], copyable: bool) -> list[PostingRecord]:
    moves = [
        move
        for lot, points in use
        for move in (posting(Account.LEASE, lot, -points), posting(Account.REDEEMED, lot, points))
    ]
    if copyable:
        key, points = "copyable:2026-11-20", sum(points for _, points in use)
        moves += [posting(Account.USED, key, points, Asset.LIMIT), posting(Account.LIMIT, key, -points, Asset.LIMIT)]
    return moves


def join(hq: Headquarters, store: str, lane: str, seed: int = 7) -> Device:
    """Enrol a device by HQ's own functions, up to the hello."""
    text = hq.make_claim(store=store, lane=lane, hq=HQ_URL, random=Random(f"{store}{lane}{seed}").randbytes)
    _, claim = read_claim(text)
    key = signing.private_from_hex((seed.to_bytes(2, "big") + f"{store}-{lane}".encode()).ljust(32, b"k")[:32].hex())
    public = signing.public_hex(key)
    proved = proof(claim.secret, public, "serial", NONCE, claim.ca_pin, store, lane)
    request = EnrolRequest(claim=claim.id, public_key=public, serial="serial", nonce=NONCE, proof=proved)
    with hq.database.transaction() as connection:
        answer = hq.registrar.enrol(connection, request, hq.clock())
        assert isinstance(answer, EnrolAnswer), answer
        signature = key.sign(hello_bytes(answer.device, claim.id)).hex()
        hq.registrar.hello(connection, Hello(device=answer.device, signature=signature))
    return Device(key, answer)


def upload(hq: Headquarters, batch: Batch) -> Acknowledgement | Quarantined:
    """What POST /v1/operations does once the sender is known. Raises Refusal as it does."""
    with hq.database.transaction() as connection:
        return ingest(connection, batch, read_batch(batch), hq.rules())


def acknowledged(hq: Headquarters, batch: Batch) -> Acknowledgement:
    answer = upload(hq, batch)
    assert isinstance(answer, Acknowledgement), answer
    return answer


def outcomes(answer: Acknowledgement) -> dict[int, str]:
    return {record.seq: f"{record.outcome.value} {record.reason}".strip() for record in answer.outcomes}


def refusal_of(call: Any, *arguments: Any) -> Refusal:
    """The Refusal that a call raises."""
    try:
        call(*arguments)
    except Refusal as refusal:
        return refusal
    raise AssertionError("nothing was refused")
