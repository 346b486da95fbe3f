"""Upload (sync.md): a batch goes in once, whole, in one transaction, or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update

from hq import terminals
from hq.apply import apply
from hq.database import read_setting
from hq.judgement import Rules
from hq.problems import Code, Refusal
from hq.reading import Reading
from hq.restoring import owes_report
from hq.schema import evidence, operation, terminal
from hq.take_in import Judge, take_in
from hq.terminals import State, Terminal
from protocol import chain
from protocol.batch import Acknowledgement, Batch, Outcome, OutcomeRecord

_HASHES = select(operation.c.seq, operation.c.hash).where(
    operation.c.device == bindparam("device"),
    operation.c.epoch == bindparam("epoch"),
    operation.c.seq.between(bindparam("first"), bindparam("last")),
)
_ADVANCE = (
    update(terminal)
    .where(terminal.c.device == bindparam("of_device"), terminal.c.epoch == bindparam("of_epoch"))
    .values(
        acked_seq=bindparam("to_seq"),
        acked_hash=bindparam("to_hash"),
        duplicates=terminal.c.duplicates + bindparam("again"),
        used_ms=bindparam("at_ms"),
    )
)


@dataclass(frozen=True)
class Quarantined:
    """The epoch's history has forked. The batch is kept as evidence and nothing of it is applied."""


def ingest(
    connection: Connection, batch: Batch, readings: Sequence[Reading], rules: Rules, judge: Judge = apply
) -> Acknowledgement | Quarantined:
    """Take in a batch whose signature has been verified; `readings` are its operations, and `judge` books each.

    The caller must commit whatever is returned. Raises Refusal GAP, CHAIN_MISMATCH or REPORT_FIRST, with
    nothing changed.
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
    if header.last > sender.acked_seq and owes_report(sender, int(read_setting(connection, "generation"))):
        raise Refusal(Code.REPORT_FIRST, granted=sender.granted)
    return _take_in(connection, sender, readings, hashes, rules, judge)


def _known_hashes(connection: Connection, batch: Batch) -> dict[int, str]:
    """The chain hashes that HQ has, from the one before the batch to its last."""
    header = batch.header
    place = {"device": header.device, "epoch": header.epoch, "first": header.first - 1, "last": header.last}
    known = dict(connection.execute(_HASHES, place).all())
    return {0: chain.genesis(header.device, header.epoch).hex(), **known}


def _hashes(batch: Batch, known: dict[int, str]) -> list[str]:
    hashes, previous = [], bytes.fromhex(known[batch.header.first - 1])
    for data in batch.operations:
        previous = chain.link(previous, data)
        hashes.append(previous.hex())
    return hashes


def _take_in(
    connection: Connection,
    sender: Terminal,
    readings: Sequence[Reading],
    hashes: Sequence[str],
    rules: Rules,
    judge: Judge,
) -> Acknowledgement:
    old = [reading for reading in readings if reading.seq <= sender.acked_seq]
    new = readings[len(old) :]
    judgements = take_in(connection, sender, new, hashes[len(old) :], rules, judge)
    acked_seq = new[-1].seq if new else sender.acked_seq
    acked_hash = hashes[-1] if new else sender.acked_hash
    used_ms = rules.now_ms if new else sender.used_ms
    values = {"to_seq": acked_seq, "to_hash": acked_hash, "again": len(old), "at_ms": used_ms}
    connection.execute(_ADVANCE, {"of_device": sender.device, "of_epoch": sender.epoch, **values})
    outcomes = [OutcomeRecord(seq=reading.seq, outcome=Outcome.DUPLICATE) for reading in old]
    outcomes += [
        OutcomeRecord(seq=reading.seq, outcome=judgement.outcome, reason=",".join(judgement.reasons))
        for reading, judgement in zip(new, judgements, strict=True)
        if judgement.outcome is not Outcome.APPLIED
    ]
    return Acknowledgement(acked_seq=acked_seq, acked_hash=acked_hash, outcomes=tuple(outcomes))


def _quarantine(connection: Connection, sender: Terminal, batch: Batch, rules: Rules) -> Quarantined:
    data = batch.encode()
    terminals.change(connection, sender, state=State.QUARANTINED.value)
    row = {"device": sender.device, "epoch": sender.epoch, "digest": hashlib.sha256(data).hexdigest()}
    kept = select(evidence.c.digest).where(*(evidence.c[name] == value for name, value in row.items()))
    if connection.scalar(kept) is None:
        connection.execute(insert(evidence).values(**row, data=data, received_ms=rules.now_ms))
    return Quarantined()
