"""Operations as rows: raw bytes kept verbatim beside what HQ made of them. Their postings are in the bytes alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from hq import schema
from hq.bulk import insert_all
from hq.judgement import Judgement
from hq.prepared import rows_among
from hq.reading import Reading
from protocol.batch import Outcome
from protocol.operation import Kind, Operation

NOT_PRICED = "ok"  # an operation that has no price has nothing to be replayed
REPLAYED = frozenset({Kind.SALE, Kind.REFUND, Kind.VOID, Kind.TOP_UP, Kind.PAY_OUT})


def store_operations(
    connection: Connection,
    place: tuple[str, int],
    readings: Sequence[Reading],
    judgements: Sequence[Judgement],
    hashes: Sequence[str],
    now_ms: int,
) -> None:
    """Insert operations of this device and epoch, and what HQ thinks of each."""
    rows = [_operation(place, *parts, now_ms) for parts in zip(readings, judgements, hashes, strict=True)]
    insert_all(connection, schema.operation, rows)


def intents_elsewhere(connection: Connection, intents: Sequence[str]) -> dict[str, str]:
    """Of `intents`, those that HQ already has, with `device seq` of the operation that has it (D23)."""
    table = schema.operation.c
    rows = rows_among(connection, (table.intent, table.device, table.seq), table.intent, intents)
    return {intent: f"{device} {seq}" for intent, device, seq in rows}


def _operation(
    place: tuple[str, int], reading: Reading, judgement: Judgement, digest: str, now_ms: int
) -> dict[str, Any]:
    fact = reading.operation
    return {
        "device": place[0],
        "epoch": place[1],
        "seq": reading.seq,
        "kind": fact.kind.value if fact else None,
        "data": reading.data,
        "hash": digest,
        "intent": fact.intent if fact else None,
        "member": fact.member if fact else None,
        "received_ms": now_ms,
        **as_judged(fact, judgement),
    }


def as_judged(fact: Operation | None, judgement: Judgement) -> dict[str, Any]:
    """What HQ thinks of an operation, as its row keeps it; `replayed` null says that it is to be calculated again."""
    waits = judgement.outcome is not Outcome.PARKED and fact is not None and fact.kind in REPLAYED
    return {
        "outcome": judgement.outcome.value,
        "reasons": ",".join(judgement.reasons),
        "params": json.dumps(judgement.params),
        "replayed": None if waits else NOT_PRICED,
    }
