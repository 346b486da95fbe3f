"""New operations into the books: a batch at once, or one by one where one of them breaks something.

HQ never rejects a fact, and a queue never stops (sync.md, Upload). So an operation that no check foresaw, and that
raises while it is booked or written, is parked like one that cannot be read, and told to whoever looks after HQ.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError

from hq.account_rows import save
from hq.accounts import Account
from hq.changes import note_members, note_position
from hq.following import follow
from hq.granting import answered
from hq.judgement import Judgement, Rules
from hq.operation_rows import intents_elsewhere, store_operations
from hq.people import load_people
from hq.prepared import savepoint
from hq.reading import Reading
from hq.reasons import Reason
from hq.recalls import answered_recalls, unmoved
from hq.refund_rights import RefundRights, load_rights, named_sales, save_rights, sold_by
from hq.shared_rights import Shared, load_shared, named_by, save_shared
from hq.terminals import Terminal
from protocol.batch import Outcome
from protocol.operation import Operation

log = logging.getLogger(__name__)
Judge = Callable[[Operation, Account | None, Shared, RefundRights, Rules], Judgement]
# What one operation can do to the books that nobody foresaw. A lost connection or a deadlock is none of its doing.
_UNFORESEEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
    DataError,
    IntegrityError,
)


def take_in(
    connection: Connection,
    sender: Terminal,
    readings: Sequence[Reading],
    hashes: Sequence[str],
    rules: Rules,
    judge: Judge,
) -> list[Judgement]:
    """Book and keep them; `hashes` are the chain's after each. Gives the judgement of each."""
    try:
        with savepoint(connection, _UNFORESEEN):
            return _book(connection, sender, readings, hashes, rules, judge)
    except _UNFORESEEN:
        log.exception("a batch of %s cannot be booked at once: one by one", sender.device)
    return [
        _one(connection, sender, reading, digest, rules, judge)
        for reading, digest in zip(readings, hashes, strict=True)
    ]


def _one(
    connection: Connection, sender: Terminal, reading: Reading, digest: str, rules: Rules, judge: Judge
) -> Judgement:
    try:
        with savepoint(connection, _UNFORESEEN):
            return _book(connection, sender, [reading], [digest], rules, judge)[0]
    except _UNFORESEEN:
        log.exception("operation %s %d %d is parked: it cannot be booked", sender.device, sender.epoch, reading.seq)
    unread = Reading(reading.seq, reading.data, None, parked=Reason.UNBOOKABLE)
    return _book(connection, sender, [unread], [digest], rules, judge)[0]


def _book(
    connection: Connection,
    sender: Terminal,
    readings: Sequence[Reading],
    hashes: Sequence[str],
    rules: Rules,
    judge: Judge,
) -> list[Judgement]:
    """One load and one save for all. Locks: members in id order, then shared rights, then rights to refund."""
    operations = [reading.operation for reading in readings if reading.operation and not reading.parked]
    people = load_people(connection, {operation.member for operation in operations if operation.member})
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
        judgement = judge(fact, people.of(fact.member), shared, rights, rules)
        follow(people, fact, judgement, rules)
        other = elsewhere.get(fact.intent)
        elsewhere.setdefault(fact.intent, f"{sender.device} {fact.seq}")
        if other and judgement.outcome is not Outcome.PARKED:
            judgement.flag(Reason.INTENT_TWICE, other=other)
        judgements.append(judgement)
    as_before = unmoved(operations)
    save(connection, [account for account in people.accounts.values() if account.member not in as_before])
    save_shared(connection, shared)
    save_rights(connection, rights)
    answered(connection, sender.device, sender.epoch, answered_recalls(operations))
    note_members(connection, people.accounts)
    note_position(connection, sender.device, sender.epoch)
    store_operations(connection, (sender.device, sender.epoch), readings, judgements, hashes, rules.now_ms)
    return judgements
