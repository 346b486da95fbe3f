"""The invariants of the ledger at HQ (sync.md, Proof), checked over the whole database from the operations' bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from hq import schema
from hq.accounts import HELD, PENDING, lot_asset
from hq.apply import OWN_DEVICE
from hq.columns import total
from hq.moves import INSIDE
from hq.people import all_merges
from loyalty.ledger import Account as Role
from loyalty.ledger import Asset
from protocol import chain
from protocol.batch import Outcome
from protocol.operation import Operation, OperationError

Place = tuple[str, int]


@dataclass
class _Fold:
    """What the postings of all operations that were booked come to: by (member, asset), "" is a bearer.

    Members who were merged are one: what moved between them left neither.
    """

    sums: dict[tuple[str, Asset], int] = field(default_factory=lambda: defaultdict(int))
    stays: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    ends: dict[Place, tuple[int, str]] = field(default_factory=dict)


def audit(connection: Connection) -> list[str]:
    """Every broken invariant as a sentence; empty when all hold. Reads everything: not for the hot path."""
    fold = _folded(connection)
    return [
        *fold.wrong,
        *_wrong_positions(connection, fold),
        *_wrong_balances(connection),
        *_wrong_folds(connection, fold),
        *_negative(connection),
        *_grants(connection),
    ]


def _folded(connection: Connection) -> _Fold:
    fold = _Fold(stays=all_merges(connection))
    own = {(row.member, Asset(row.asset), row.id) for row in connection.execute(select(schema.lot))}
    table = schema.operation.c
    columns = (table.device, table.epoch, table.seq, table.data, table.hash, table.outcome)
    query = select(*columns).order_by(table.device, table.epoch, table.seq)
    for row in connection.execute(query, execution_options={"yield_per": 1000}):
        _link(fold, row)
        if row.outcome != Outcome.PARKED.value:
            _add(fold, row, own)
    return fold


def _link(fold: _Fold, row: Any) -> None:
    """seq is dense from 1, and each hash follows from the one before."""
    place = (row.device, row.epoch)
    seq, last = fold.ends.get(place, (0, chain.genesis(*place).hex()))
    if row.seq != seq + 1:
        fold.wrong.append(f"{row.device} {row.epoch}: operation {row.seq} follows {seq}")
    elif chain.link(bytes.fromhex(last), row.data).hex() != row.hash:
        fold.wrong.append(f"{row.device} {row.epoch} {row.seq}: its hash does not follow from its bytes")
    fold.ends[place] = (row.seq, row.hash)


def _add(fold: _Fold, row: Any, own: set[tuple[str, Asset, str]]) -> None:
    try:
        operation = Operation.decode(row.data)
    except OperationError as error:
        fold.wrong.append(f"{row.device} {row.epoch} {row.seq}: booked, and cannot be read: {str(error)[:100]}")
        return
    member = operation.member or ""
    for posting in operation.postings:
        if posting.asset in HELD and posting.account not in INSIDE | {Role.MOVED}:
            mine = posting.asset in (Asset.POINTS, Asset.STAMP)
            mine = mine or (member, lot_asset(posting.asset), posting.lot) in own
            fold.sums[fold.stays.get(member, member) if mine else "", posting.asset] -= posting.amount


def _wrong_positions(connection: Connection, fold: _Fold) -> Iterator[str]:
    """What was acknowledged is what is here, and HQ's own position is the end of its own chain."""
    table, own = schema.terminal.c, schema.own_chain.c
    said = [
        ((r.device, r.epoch), r.acked_seq, r.acked_hash)
        for r in connection.execute(select(table.device, table.epoch, table.acked_seq, table.acked_hash))
    ]
    said += [((OWN_DEVICE, r.epoch), r.seq, r.hash) for r in connection.execute(select(own.epoch, own.seq, own.hash))]
    for place, seq, digest in said:
        there = fold.ends.get(place, (0, chain.genesis(*place).hex()))
        if there != (seq, digest):
            yield f"{place[0]} {place[1]}: acknowledged {seq}, and HQ holds {there[0]} operations or another history"


def _wrong_balances(connection: Connection) -> Iterator[str]:
    """balance = pool + Σ leases − debt; what is pending is not active yet."""
    held = _held(connection, active=True)
    table = schema.member.c
    for who, balance, debt in connection.execute(select(table.id, table.balance, table.debt)):
        points = held.get((who, Asset.POINTS), 0)
        if balance != points - debt:
            yield f"{who}: balance {balance}, but {points} held less {debt} debt"


def _wrong_folds(connection: Connection, fold: _Fold) -> Iterator[str]:
    """Of each asset pool + Σ leases − owed = fold of the postings."""
    held: dict[tuple[str, Asset], int] = defaultdict(int)
    for (who, asset), amount in _held(connection, active=False).items():
        held[fold.stays.get(who, who), asset] += amount
    table = schema.member.c
    for who, debt in connection.execute(select(table.id, table.debt).where(table.debt > 0)):
        held[fold.stays.get(who, who), Asset.POINTS] -= debt
    for owed, member in ((schema.owed, True), (schema.bearer_owed, False)):
        for row in connection.execute(select(owed)):
            held[fold.stays.get(row.member, row.member) if member else "", Asset(row.asset)] -= row.amount
    for who, asset in sorted(held.keys() | fold.sums.keys()):
        if asset in HELD and held.get((who, asset), 0) != fold.sums.get((who, asset), 0):
            there, should = held.get((who, asset), 0), fold.sums.get((who, asset), 0)
            yield f"{who or 'bearers'}: {there} {asset} held, but the postings fold to {should}"


def _held(connection: Connection, *, active: bool) -> dict[tuple[str, Asset], int]:
    found: dict[tuple[str, Asset], int] = defaultdict(int)
    table = schema.holding.c
    query = select(table.member, table.asset, total(table.amount)).group_by(table.member, table.asset)
    if active:
        query = query.where(table.holder != PENDING)
    for who, asset, amount in connection.execute(query):
        found[who, Asset(asset)] += amount
    bearer = schema.bearer_holding.c
    for asset, amount in connection.execute(select(bearer.asset, total(bearer.amount)).group_by(bearer.asset)):
        found["", Asset(asset)] += amount
    return found


def _negative(connection: Connection) -> Iterator[str]:
    """Available ≥ 0: the tables' own checks guard it too."""
    table = schema.holding.c
    query = select(table.member, table.holder, table.amount).where(table.amount < 0)
    for who, holder, amount in connection.execute(query):
        yield f"{who}: {holder} holds {amount}"


def _grants(connection: Connection) -> Iterator[str]:
    """Grants are numbered densely for each device and epoch."""
    table, grants = schema.terminal.c, schema.granted.c
    counts = select(grants.device, grants.epoch, func.count(), func.max(grants.number))
    found = {(d, e): (n, last) for d, e, n, last in connection.execute(counts.group_by(grants.device, grants.epoch))}
    for device, epoch, granted in connection.execute(select(table.device, table.epoch, table.granted)):
        if found.get((device, epoch), (0, 0)) != (granted, granted):
            yield f"{device} {epoch}: {granted} grants were numbered, and {found.get((device, epoch), (0, 0))} are here"
