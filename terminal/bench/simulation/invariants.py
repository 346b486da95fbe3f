"""What must hold once everything is healed. Each looks at HQ and the terminals and yields what is wrong, with whom."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from hq.audit import audit as audit_hq
from protocol.batch import Batch
from protocol.feed import Bucket
from terminal.bench.simulation.chain import ROGUE, VICTIMS, has_old_points
from terminal.bench.simulation.reference import Key, Purse, effect
from terminal.bench.simulation.services import Services
from terminal.bench.simulation.terminal_node import TerminalNode
from terminal.bench.simulation.till_process import LEDGER
from terminal.counter.balance import balance_of
from terminal.store.audit import audit as audit_ledger
from terminal.store.outbox import OutboxReader

Broken = Iterator[tuple[str, tuple[str, ...]]]
Invariant = Callable[[Services, Sequence[TerminalNode]], Broken]


def hq_books(world: Services, _nodes: Sequence[TerminalNode]) -> Broken:
    """Postings sum to zero; available ≥ 0; balance = pool + Σ leases − debt = fold of postings; seq dense."""
    with world.hq.hq.database.transaction() as connection:
        for text in audit_hq(connection):
            yield text, (text.partition(":")[0],)


def ledgers(_world: Services, nodes: Sequence[TerminalNode]) -> Broken:
    """Every ledger is whole: chained, balanced, its leases the fold of their history."""
    for node in nodes:
        for text in audit_ledger(node.folder / LEDGER):
            yield text, (node.name,)


def all_at_hq(world: Services, nodes: Sequence[TerminalNode]) -> Broken:
    """Every fact is at HQ byte for byte, exactly once; of a forked history, apart as evidence or on its disk."""
    held, apart = _held(world), _evidence(world)
    for fact in world.reference.every():
        key = fact.key
        if held.get(key) == fact.data:
            continue
        if fact.holder not in world.reference.copied:
            yield f"{key} is {'not' if key not in held else 'changed'} at HQ", (key[0],)
        elif key not in world.reference.gone_with_disk and fact.data not in apart | _on_disks(nodes, fact.holder):
            yield f"{key} of a copied disk is nowhere", (key[0],)


def _held(world: Services) -> dict[Key, bytes]:
    with world.hq.hq.database.transaction() as connection:
        rows = connection.exec_driver_sql("SELECT device, epoch, seq, data FROM operation").all()
    return {(device, epoch, seq): bytes(data) for device, epoch, seq, data in rows}


def _evidence(world: Services) -> set[bytes]:
    with world.hq.hq.database.transaction() as connection:
        batches = connection.exec_driver_sql("SELECT data FROM evidence").all()
    return {operation for (data,) in batches for operation in Batch.decode(bytes(data)).operations}


def _on_disks(nodes: Sequence[TerminalNode], holder: str) -> set[bytes]:
    return {data for node in nodes if node.holder == holder for _, data in _kept(node)}


def _kept(node: TerminalNode) -> Iterator[tuple[int, bytes]]:
    """What is on the disk, with its numbers: a ledger begins above what was pruned."""
    with OutboxReader(node.folder / LEDGER) as reader:
        pending = reader.pending(reader.position().anchor, 10**6, 10**9)
    return enumerate(pending.operations, pending.first)


def forks_are_found(world: Services, nodes: Sequence[TerminalNode]) -> Broken:
    """Where a disk says otherwise than HQ, HQ has found the fork and keeps that epoch apart."""
    held = _held(world)
    with world.hq.hq.database.transaction() as connection:
        rows = connection.exec_driver_sql("SELECT device, epoch, state FROM terminal").all()
    states = {f"{device}:{epoch}": state for device, epoch, state in rows}
    for node in [node for node in nodes if not node.gone]:
        who = (node.identity.device, node.identity.epoch)
        forked = any(held.get((*who, seq), data) != data for seq, data in _kept(node))
        if forked and states[node.holder] != "quarantined":
            yield f"{node.name} has another history than HQ and is {states[node.holder]}", (node.name,)


def own_acts(world: Services) -> list[dict[str, Any]]:
    """HQ's own operations."""
    with world.hq.hq.database.transaction() as connection:
        rows = connection.exec_driver_sql("SELECT data FROM operation WHERE device = 'hq' ORDER BY seq").all()
    return [json.loads(bytes(data)) for (data,) in rows]


def balances_agree(world: Services, _nodes: Sequence[TerminalNode]) -> Broken:
    """HQ's balances are those that follow from the facts which it holds, by the world's own model."""
    truth = _truth(world)
    with world.hq.hq.database.transaction() as connection:
        points = connection.exec_driver_sql("SELECT id, balance FROM member ORDER BY id").all()
        value: dict[str, int] = dict(connection.exec_driver_sql(_VALUE).all())
    for member, balance in points:
        for purse, there in (("points", balance), ("value", value.get(member, 0))):
            if member not in VICTIMS and there != truth[member, purse]:
                yield f"{member} has {there} {purse} at HQ and {truth[member, purse]} in truth", (member,)


_VALUE = """SELECT member, sum(amount) FROM (
  SELECT member, amount FROM holding WHERE asset IN ('principal', 'bonus')
  UNION ALL SELECT member, -amount FROM owed WHERE asset IN ('principal', 'bonus')
) GROUP BY member"""


def _truth(world: Services) -> Counter[Purse]:
    """Balances by the facts that HQ holds: a copied disk's others are nobody's."""
    balance, held = Counter({(who, "points"): points for who, points in world.reference.opening.items()}), _held(world)
    for fact in world.reference.every():
        if fact.means_something and held.get(fact.key) == fact.data:
            moved = effect(json.loads(fact.data))
            for purse, amount in moved.change.items():
                balance[moved.member or "", purse] += amount
    for operation in own_acts(world):
        if operation["kind"] != "opening":
            balance[operation["member"] or "", "points"] += effect(operation).change.get("points", 0)
    return balance


def leases_agree(world: Services, nodes: Sequence[TerminalNode]) -> Broken:
    """What each terminal holds is what HQ says it holds; of a disk that was put back HQ may say more, and that counts
    as spent until it is written off."""
    question = "SELECT member, lot, amount FROM holding WHERE holder = ? AND asset = 'points' AND amount <> 0"
    for node in _working(nodes):
        holder = node.holder
        with world.hq.hq.database.transaction() as connection:
            there = {(m, lot): n for m, lot, n in connection.exec_driver_sql(question, (holder,))}
        here = {(m, lot.id): lot.points for m in sorted({m for m, _ in there}) for lot in node.till.ledger.lease(m)}
        for key in sorted(there.keys() | here.keys()):
            lost = holder in world.reference.copied and there.get(key, 0) >= here.get(key, 0)
            if there.get(key) != here.get(key) and not lost:
                text = f"{node.name} holds {here.get(key)} of {key}, HQ says {there.get(key)}"
                yield text, (node.name, key[0])


def directories_agree(world: Services, nodes: Sequence[TerminalNode]) -> Broken:
    """At the end every directory is at HQ's head with HQ's sum."""
    for node in _working(nodes):
        for bucket in Bucket:
            state = node.agent.writer.bucket(bucket)
            with world.hq.hq.database.transaction() as connection:
                question = "SELECT head FROM feed_bucket WHERE bucket = ?"
                ((head,),) = connection.exec_driver_sql(question, (bucket.value,)).all()
            if state is None or state.cursor != head or state.mismatch:
                yield f"{node.name}: bucket {bucket.value} is at {state}, HQ at {head}", (node.name,)


def shown_balances(world: Services, nodes: Sequence[TerminalNode]) -> Broken:
    """What a screen shows, less what it says is owed, is the balance in truth."""
    truth = _truth(world)
    for node in _working(nodes):
        for member in sorted(world.reference.opening.keys() - set(VICTIMS)):
            if has_old_points(member):
                continue  # what has ended at HQ's pool is not shown, and HQ counts it until no till can say otherwise
            row = node.till.directory.member(member)
            balance = None if row is None else balance_of(node.till.shop, row)
            shown = None if balance is None else max(0, balance.total - balance.debt)
            if shown != max(0, truth[member, "points"]):
                text = f"{node.name} shows {shown} for {member}, who has {truth[member, 'points']}"
                yield text, (node.name, member)


def _working(nodes: Sequence[TerminalNode]) -> list[TerminalNode]:
    return [node for node in nodes if not node.retired]


def replays_agree(world: Services, _nodes: Sequence[TerminalNode]) -> Broken:
    """HQ prices and settles every act again and finds what the till found."""
    question = "SELECT device, seq, kind, replayed, data FROM operation WHERE replayed IS NULL OR replayed <> 'ok'"
    with world.hq.hq.database.transaction() as connection:
        rows = connection.exec_driver_sql(question + " ORDER BY device, seq").all()
    for device, seq, kind, said, data in rows:
        if not device.startswith(ROGUE) and _sale_of(data) not in world.reference.forgotten:
            yield f"{kind} {device} {seq} was replayed: {said}", (device,)


def _sale_of(data: bytes) -> Key | None:
    """Of a refund or a void of our own terminals the sale."""
    sale = json.loads(bytes(data))["detail"].get("sale")
    return None if sale is None else (sale["device"], sale["epoch"], sale["seq"])


def value_returns_by_its_holder(world: Services, _nodes: Sequence[TerminalNode]) -> Broken:
    """HQ takes from a lease by a write-off alone, which two operators have signed; it ends what lies at its pool."""
    for operation in own_acts(world):
        leased = [posting for posting in operation["postings"] if posting["account"] == "lease"]
        if operation["kind"] != "write_off":
            if leased:
                yield f"HQ's {operation['kind']} {operation['seq']} takes from a lease", (operation["member"] or "",)
            continue
        detail = operation["detail"]
        holder = f"{detail['device']}:{detail['epoch']}"
        if len(set(detail["operators"])) < 2 or holder not in world.written_off:
            yield f"{holder} was written off by {detail['operators']}", (detail["device"], operation["member"] or "")


def recalls_are_answered(world: Services, nodes: Sequence[TerminalNode]) -> Broken:
    """Nobody has been asked for something back and has not answered."""
    question = "SELECT number FROM granted WHERE device = ? AND epoch = ? AND unanswered > 0"
    for node in _working(nodes):
        with world.hq.hq.database.transaction() as connection:
            open_ = connection.exec_driver_sql(question, (node.identity.device, node.identity.epoch)).all()
        if open_ and node.holder not in world.reference.copied:
            yield f"{node.name} has not answered the recall of grant {open_[0][0]}", (node.name,)


MEANWHILE = (  # invariants that are looked at all the time, each where it could break
    "opens_after_any_crash",
    "answered_is_on_disk",
    "same_intent_same_answer",
    "one_intent_one_operation",
    "nothing_overspent",
    "nothing_refunded_twice",
    "coupons_used_once",
    "limits_kept",
    "snapshots_are_exact",
    "spends_only_in_time",
    "never_stopped_early",
    "pages_add_up",
    "comes_to_rest",
)
INVARIANTS: dict[str, Invariant] = {
    each.__name__: each
    for each in (
        all_at_hq,
        forks_are_found,
        hq_books,
        ledgers,
        balances_agree,
        value_returns_by_its_holder,
        recalls_are_answered,
        replays_agree,
        leases_agree,
        directories_agree,
        shown_balances,
    )
}
