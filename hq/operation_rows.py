"""Operations and their postings as rows: raw bytes kept verbatim beside what HQ made of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from hq import schema
from hq.chunks import chunks
from hq.judgement import Judgement
from hq.reading import Reading
from hq.terminals import Terminal
from protocol.batch import Outcome
from protocol.operation import Kind

NOT_PRICED = "ok"  # an operation that has no price has nothing to be replayed
REPLAYED = frozenset({Kind.SALE, Kind.REFUND, Kind.VOID, Kind.TOP_UP, Kind.PAY_OUT})
NOBODY = ""  # in place of the member of a posting, where a guest moved what a bearer has


def store_operations(
    connection: Connection,
    sender: Terminal,
    readings: Sequence[Reading],
    judgements: Sequence[Judgement],
    hashes: Sequence[str],
    now_ms: int,
) -> None:
    """Insert new operations and, for those that were applied, their postings."""
    judged = list(zip(readings, judgements, hashes, strict=True))
    rows = [_operation(sender, *parts, now_ms) for parts in judged]
    if rows:
        connection.execute(insert(schema.operation), rows)
    postings = [
        row
        for reading, judgement, _ in judged
        if judgement.outcome is not Outcome.PARKED
        for row in _postings(sender, reading)
    ]
    if postings:
        connection.execute(insert(schema.posting), postings)


def intents_elsewhere(connection: Connection, intents: Sequence[str]) -> dict[str, str]:
    """Of `intents`, those that HQ already has, with `device seq` of the operation that has it (D23)."""
    columns = (schema.operation.c.intent, schema.operation.c.device, schema.operation.c.seq)
    found = {}
    for some in chunks(intents):
        for intent, device, seq in connection.execute(select(*columns).where(schema.operation.c.intent.in_(some))):
            found[intent] = f"{device} {seq}"
    return found


def _operation(sender: Terminal, reading: Reading, judgement: Judgement, digest: str, now_ms: int) -> dict[str, Any]:
    fact = reading.operation
    return {
        "device": sender.device,
        "epoch": sender.epoch,
        "seq": reading.seq,
        "kind": fact.kind.value if fact else None,
        "data": reading.data,
        "hash": digest,
        "intent": fact.intent if fact else None,
        "member": fact.member if fact else None,
        "received_ms": now_ms,
        "outcome": judgement.outcome.value,
        "reasons": ",".join(judgement.reasons),
        "params": json.dumps(judgement.params),
        "replayed": None if judgement.outcome is not Outcome.PARKED and fact and fact.kind in REPLAYED else NOT_PRICED,
    }


def _postings(sender: Terminal, reading: Reading) -> Iterator[dict[str, Any]]:
    fact = reading.operation
    for no, posting in enumerate(fact.postings if fact else ()):
        yield {
            "device": sender.device,
            "epoch": sender.epoch,
            "seq": reading.seq,
            "no": no,
            "member": fact.member or NOBODY if fact else NOBODY,
            "account": posting.account.value,
            "asset": posting.asset.value,
            "lot": posting.lot,
            "amount": posting.amount,
        }
