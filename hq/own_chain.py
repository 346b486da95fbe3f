"""HQ's own operations: chained like a terminal's, of device `hq`, with HQ's generation as their epoch.

Openings, activations, adjustments, the expiry of the pool and write-offs are facts like any other: their bytes are
kept, and the books can be folded from them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, insert, select, update

from hq import schema
from hq.account_rows import save
from hq.apply import OWN_DEVICE, apply
from hq.changes import note_members
from hq.database import read_setting
from hq.following import follow
from hq.judgement import Judgement, Rules
from hq.operation_rows import store_operations
from hq.people import load_people
from hq.reading import Reading
from hq.refund_rights import RefundRights
from hq.shared_rights import load_shared, named_by, save_shared
from loyalty.ledger import Posting
from protocol import chain
from protocol.batch import Outcome
from protocol.operation import ClockQuality, Kind, LotRecord, Operation, PostingRecord


@dataclass(frozen=True)
class Act:
    """What HQ does to one member (None: to what a bearer has)."""

    kind: Kind
    member: str | None
    postings: tuple[Posting, ...] = ()
    lots: tuple[LotRecord, ...] = ()
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Position:
    epoch: int
    seq: int
    hash: bytes


def perform(connection: Connection, acts: Sequence[Act], rules: Rules) -> list[Judgement]:
    """Book these acts and keep them as operations. Locks: HQ's own position, then members in id order."""
    if not acts:
        return []
    position = take_the_chain(connection)
    operations = _operations(connection, position, acts, rules)
    people = load_people(connection, {operation.member for operation in operations if operation.member})
    shared = load_shared(connection, named_by(operations))
    judgements = []
    for operation in operations:
        judgements.append(apply(operation, people.of(operation.member), shared, RefundRights(), rules))
        follow(people, operation, judgements[-1], rules)
    odd = next((j for j in judgements if j.outcome is Outcome.PARKED), None)
    assert odd is None, f"HQ does not understand its own act: {odd}"
    save(connection, people.accounts.values())
    save_shared(connection, shared)
    note_members(connection, people.accounts)
    _store(connection, position, operations, judgements, rules.now_ms)
    return judgements


def record(connection: Connection, acts: Sequence[Act], rules: Rules, judgement: Judgement | None = None) -> None:
    """Keep acts whose effects are in the books already, as at founding; `judgement` is what HQ thinks of each."""
    if acts:
        position = take_the_chain(connection)
        operations = _operations(connection, position, acts, rules)
        _store(connection, position, operations, [judgement or Judgement()] * len(operations), rules.now_ms)


def take_the_chain(connection: Connection) -> Position:
    """Lock HQ's own position, before any member: of all who act for HQ, one at a time goes on from here."""
    generation, table = int(read_setting(connection, "generation")), schema.own_chain
    row = connection.execute(select(table).where(table.c.epoch == generation).with_for_update()).first()
    if row is not None:
        return Position(generation, row.seq, bytes.fromhex(row.hash))
    first = chain.genesis(OWN_DEVICE, generation)
    connection.execute(insert(table).values(epoch=generation, seq=0, hash=first.hex()))
    return Position(generation, 0, first)


def _operations(connection: Connection, position: Position, acts: Sequence[Act], rules: Rules) -> list[Operation]:
    zone = read_setting(connection, "zone")
    return [_operation(position.epoch, seq, act, rules, zone) for seq, act in enumerate(acts, position.seq + 1)]


def _operation(epoch: int, seq: int, act: Act, rules: Rules, zone: str) -> Operation:
    return Operation(
        device=OWN_DEVICE,
        epoch=epoch,
        seq=seq,
        kind=act.kind,
        intent=hashlib.sha256(f"own|{epoch}|{seq}".encode()).hexdigest()[:32],
        at_ms=rules.now_ms,
        clock=ClockQuality.TRUSTED,
        zone=zone,
        business_date=rules.today,
        store=OWN_DEVICE,
        member=act.member,
        lots=act.lots,
        postings=tuple(
            PostingRecord(account=p.account, asset=p.asset, lot=p.lot, amount=p.amount) for p in act.postings
        ),
        detail=act.detail,
    )


def _store(
    connection: Connection,
    position: Position,
    operations: Sequence[Operation],
    judgements: Sequence[Judgement],
    now_ms: int,
) -> None:
    readings, hashes, last = [], [], position.hash
    for operation in operations:
        data = operation.encode()
        last = chain.link(last, data)
        readings.append(Reading(operation.seq, data, operation))
        hashes.append(last.hex())
    store_operations(connection, (OWN_DEVICE, position.epoch), readings, judgements, hashes, now_ms)
    table = schema.own_chain
    values = {"seq": operations[-1].seq, "hash": last.hex()}
    connection.execute(update(table).where(table.c.epoch == position.epoch).values(**values))
