"""Erasing a member: the profile is wiped, terminals are told to forget, and each must have said that it has.

What the books need stays under the member's id, which from then on names nobody: operations, lots, holdings, debt and
limits. Cards are taken away, so no card leads to the id. A terminal's sales that still come are booked as always.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from hq import entry_rows, feed, pins, sightings, terminals
from hq.changes import note, note_members
from hq.headquarters import Headquarters
from hq.members import ERASED
from hq.people import gone_into, stays_of
from hq.problems import HqError
from hq.schema import card, erasure, member, terminal
from hq.sequencer import sequence
from hq.terminals import State
from protocol.feed import Bucket, RowKind, member_bucket

NOT_YET = 0  # `cseq` of an erasure whose tombstones have no number yet


@dataclass(frozen=True)
class Erasure:
    """`cseq`: the number in `bucket` by which the tombstones are told; `waiting`: active devices that are before it."""

    member: str
    at_ms: int
    bucket: Bucket
    cseq: int
    waiting: tuple[str, ...]

    @property
    def done(self) -> bool:
        return not self.waiting


def erase(hq: Headquarters, who: str) -> None:
    """Erase the member with the id `who`. Raises HqError if there is none, or it was done before."""
    with hq.database.transaction() as connection:
        _wipe(connection, who, hq.clock())
    _number(hq)


def erasures(hq: Headquarters) -> list[Erasure]:
    """All erasures, newest first, with the active terminals that have not passed them yet."""
    _number(hq)
    with hq.database.reading() as connection:
        rows = connection.execute(select(erasure).order_by(erasure.c.at_ms.desc(), erasure.c.member)).all()
        cursors = _cursors(connection, hq.generation)
    found = []
    for row in rows:
        bucket = member_bucket(row.member)
        waiting = tuple(device for device, passed in cursors.items() if passed.get(bucket.value, -1) < row.cseq)
        found.append(Erasure(row.member, row.at_ms, bucket, row.cseq, waiting))
    return found


def _wipe(connection: Connection, who: str, now_ms: int) -> None:
    state = connection.scalar(select(member.c.state).where(member.c.id == who).with_for_update())
    if state is None:
        raise HqError(f"HQ has no member {who!r}: erase by id, which `stillpoint-hq member` shows")
    if state == ERASED:
        raise HqError(f"member {who!r} was erased before: see `stillpoint-hq erasures`")
    now = stays_of(connection, who)
    if now != who:
        raise HqError(f"member {who!r} is {now!r} since a merge: erase {now!r}, and both profiles are wiped")
    connection.execute(update(member).where(member.c.id == who).values(state=ERASED))
    cards = connection.scalars(select(card.c.key).where(card.c.member == who).order_by(card.c.key)).all()
    connection.execute(delete(card).where(card.c.member == who))
    sightings.forget(connection, list(cards))
    whole = [who, *gone_into(connection, who)]
    profile = {"name": "", "phone": "", "birthday": None}
    connection.execute(update(member).where(member.c.id.in_(whole)).values(**profile))
    connection.execute(insert(erasure), [{"member": one, "cseq": NOT_YET, "at_ms": now_ms} for one in whole])
    pins.forget(connection, whole)
    entry_rows.forget(connection, whole)
    note_members(connection, whole)
    note(connection, [(member_bucket(who), RowKind.CARD, key) for key in cards])


def _number(hq: Headquarters) -> None:
    """Find the numbers of tombstones that have none yet: the head of the bucket, once the sequencer has been there."""
    with hq.database.reading() as connection:
        if connection.scalar(select(erasure.c.member).where(erasure.c.cseq == NOT_YET).limit(1)) is None:
            return
    sequence(hq.database, hq.clock(), hq.today())
    with hq.database.transaction() as connection:
        for who in connection.scalars(select(erasure.c.member).where(erasure.c.cseq == NOT_YET)).all():
            head = feed.head_of(connection, member_bucket(who))
            connection.execute(update(erasure).where(erasure.c.member == who).values(cseq=head))


def _cursors(connection: Connection, generation: int) -> dict[str, dict[str, int]]:
    """By active device: how far its buckets are in this time of HQ, as it said last. One that is wrong is nowhere."""
    found: dict[str, dict[str, int]] = {}
    active = terminals.find(connection, terminal.c.state == State.ACTIVE.value)
    beats = {
        (device, epoch): text
        for device, epoch, text in connection.execute(select(terminal.c.device, terminal.c.epoch, terminal.c.heartbeat))
    }
    for one in sorted(active, key=lambda one: one.device):
        text = beats[one.device, one.epoch]
        said = json.loads(text).get("directory", {}) if text else {}
        found[one.device] = {}
        if said.get("generation") == generation:
            wrong = set(said.get("wrong", ()))
            found[one.device] = {name: cursor for name, cursor in said.get("cursors", {}).items() if name not in wrong}
    return found
