"""Upload (sync.md): a batch goes in once, whole, in one transaction, or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from hq import terminals
from hq.account_rows import load, save
from hq.apply import apply
from hq.changes import note_members, note_position
from hq.granting import answered
from hq.judgement import Judgement, Rules
from hq.operation_rows import intents_elsewhere, store_operations
from hq.problems import Code, Refusal
from hq.reading import Reading
from hq.reasons import Reason
from hq.recalls import answered_recalls
from hq.refund_rights import load_rights, named_sales, save_rights, sold_by
from hq.schema import evidence, operation, terminal
from hq.shared_rights import load_shared, named_by, save_shared
from hq.terminals import State, Terminal
from protocol import chain
from protocol.batch import Acknowledgement, Batch, Outcome, OutcomeRecord


@dataclass(frozen=True)
class Quarantined:
    """The epoch's history has forked. The batch is kept as evidence and nothing of it is applied."""


def ingest(
    connection: Connection, batch: Batch, readings: Sequence[Reading], rules: Rules
) -> Acknowledgement | Quarantined:
    """Take in a batch whose signature has been verified; `readings` are its operations.

    The caller must commit whatever is returned. Raises Refusal GAP or CHAIN_MISMATCH, with nothing changed.
    """
    header = batch.header
    sender = terminals.lock(connection, header.device, header.epoch)
    if sender.state is State.QUARANTINED:
        return _quarantine(connection, sender, batch, rules)
    if header.first > sender.acked_seq + 1:
        raise Refusal(Code.GAP, expected_seq=sender.acked_seq + 1, expected_hash=sender.acked_hash)
    known = _known_hashes(connection, batch)
    hashes = _hashes(batch, known)
    if known.get(header.last, header.last_hash) != header.last_hash:
        return _quarantine(connection, sender, batch, rules)
    if hashes[-1] != header.last_hash:
        raise Refusal(Code.CHAIN_MISMATCH, expected_seq=sender.acked_seq + 1, expected_hash=sender.acked_hash)
    if any(known.get(seq, digest) != digest for seq, digest in enumerate(hashes, header.first)):
        return _quarantine(connection, sender, batch, rules)
    return _take_in(connection, sender, readings, hashes, rules)


def _known_hashes(connection: Connection, batch: Batch) -> dict[int, str]:
    """The chain hashes that HQ has, from the one before the batch to its last."""
    header = batch.header
    where = (operation.c.device == header.device) & (operation.c.epoch == header.epoch)
    span = operation.c.seq.between(header.first - 1, header.last)
    query = select(operation.c.seq, operation.c.hash).where(where, span)
    known = dict(connection.execute(query).all())
    return {0: chain.genesis(header.device, header.epoch).hex(), **known}


def _hashes(batch: Batch, known: dict[int, str]) -> list[str]:
    hashes, previous = [], bytes.fromhex(known[batch.header.first - 1])
    for data in batch.operations:
        previous = chain.link(previous, data)
        hashes.append(previous.hex())
    return hashes


def _take_in(
    connection: Connection, sender: Terminal, readings: Sequence[Reading], hashes: Sequence[str], rules: Rules
) -> Acknowledgement:
    old = [reading for reading in readings if reading.seq <= sender.acked_seq]
    new = readings[len(old) :]
    judgements = _apply_all(connection, sender, new, rules)
    store_operations(connection, (sender.device, sender.epoch), new, judgements, hashes[len(old) :], rules.now_ms)
    acked_seq = new[-1].seq if new else sender.acked_seq
    acked_hash = hashes[-1] if new else sender.acked_hash
    duplicates = terminal.c.duplicates + len(old)
    used_ms = rules.now_ms if new else sender.used_ms
    values = {"acked_seq": acked_seq, "acked_hash": acked_hash, "duplicates": duplicates, "used_ms": used_ms}
    terminals.change(connection, sender, **values)
    outcomes = [OutcomeRecord(seq=reading.seq, outcome=Outcome.DUPLICATE) for reading in old]
    outcomes += [
        OutcomeRecord(seq=reading.seq, outcome=judgement.outcome, reason=",".join(judgement.reasons))
        for reading, judgement in zip(new, judgements, strict=True)
        if judgement.outcome is not Outcome.APPLIED
    ]
    return Acknowledgement(acked_seq=acked_seq, acked_hash=acked_hash, outcomes=tuple(outcomes))


def _apply_all(connection: Connection, sender: Terminal, readings: Sequence[Reading], rules: Rules) -> list[Judgement]:
    """One load and one save for the batch. Locks: members in id order, then shared rights, then rights to refund."""
    operations = [reading.operation for reading in readings if reading.operation and not reading.parked]
    accounts = load(connection, {operation.member for operation in operations if operation.member})
    shared = load_shared(connection, named_by(operations))
    named = named_sales(operations)
    rights = load_rights(connection, named, (sender.device, sender.epoch))
    rights.sold |= sold_by(operations, named)
    elsewhere = intents_elsewhere(connection, [operation.intent for operation in operations])
    judgements: list[Judgement] = []
    for reading in readings:
        if reading.parked or reading.operation is None:
            judgements.append(Judgement.parked(reading.parked or Reason.UNREADABLE))
            continue
        fact = reading.operation
        judgement = apply(fact, accounts.get(fact.member or ""), shared, rights, rules)
        other = elsewhere.get(fact.intent)
        elsewhere.setdefault(fact.intent, f"{sender.device} {fact.seq}")
        if other and judgement.outcome is not Outcome.PARKED:
            judgement.flag(Reason.INTENT_TWICE, other=other)
        judgements.append(judgement)
    save(connection, accounts.values())
    save_shared(connection, shared)
    save_rights(connection, rights)
    answered(connection, sender.device, sender.epoch, answered_recalls(operations))
    note_members(connection, accounts)
    note_position(connection, sender.device, sender.epoch)
    return judgements


def _quarantine(connection: Connection, sender: Terminal, batch: Batch, rules: Rules) -> Quarantined:
    data = batch.encode()
    terminals.change(connection, sender, state=State.QUARANTINED.value)
    row = {"device": sender.device, "epoch": sender.epoch, "digest": hashlib.sha256(data).hexdigest()}
    kept = select(evidence.c.digest).where(*(evidence.c[name] == value for name, value in row.items()))
    if connection.scalar(kept) is None:
        connection.execute(insert(evidence).values(**row, data=data, received_ms=rules.now_ms))
    return Quarantined()
