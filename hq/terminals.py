"""Terminals as HQ knows them: one row for each device and epoch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, select, tuple_, update

from hq.accounts import lease_holder
from hq.chunks import chunks
from hq.schema import terminal


class State(StrEnum):
    ENROLLED = "enrolled"  # HQ has answered, the signed hello has not come
    ACTIVE = "active"
    SUSPENDED = "suspended"  # may report, and is given nothing
    REVOKED = "revoked"  # its key is not believed any more: stolen, or lost
    RETIRED = "retired"  # another device or a newer epoch has taken its place
    QUARANTINED = "quarantined"  # its history has forked


@dataclass(frozen=True)
class Terminal:
    """One device in one epoch. `acked_seq` and `acked_hash` are HQ's position in its chain."""

    device: str
    epoch: int
    store: str
    lane: str
    state: State
    public_key: str
    claim: str
    acked_seq: int
    acked_hash: str
    granted: int
    shares: int
    used_ms: int | None
    released_through: int
    generation_reported: int
    last_contact_ms: int | None

    @property
    def holder(self) -> str:
        return lease_holder(self.device, self.epoch)


_FIELDS = [terminal.c[name] for name in Terminal.__dataclass_fields__]


def find(connection: Connection, *conditions: ColumnElement[bool], locked: bool = False) -> list[Terminal]:
    """The terminals that meet all `conditions`, newest first. Lock them only to change them, and before any member."""
    newest = (terminal.c.enrolled_ms.desc(), terminal.c.epoch.desc(), terminal.c.device)
    query = select(*_FIELDS).where(*conditions).order_by(*newest)
    rows = connection.execute(query.with_for_update() if locked else query).mappings()
    return list(map(_read, rows))


def _read(row: Mapping[Any, Any]) -> Terminal:
    return Terminal(**{**row, "state": State(row["state"])})


_ONE = select(*_FIELDS).where(terminal.c.device == bindparam("device"), terminal.c.epoch == bindparam("epoch"))
_LOCKED = _ONE.with_for_update()


def one(connection: Connection, device: str, epoch: int) -> Terminal | None:
    """The row of a device and epoch, not locked: asked at every request, so the statement is made once."""
    row = connection.execute(_ONE, {"device": device, "epoch": epoch}).mappings().one_or_none()
    return None if row is None else _read(row)


def lock(connection: Connection, device: str, epoch: int) -> Terminal:
    """The row of a device and epoch that is known to exist."""
    return _read(connection.execute(_LOCKED, {"device": device, "epoch": epoch}).mappings().one())


def lock_all(connection: Connection, places: Iterable[tuple[str, int]]) -> list[Terminal]:
    """The rows of these devices and epochs, locked and given in this order."""
    found: list[Terminal] = []
    for some in chunks(sorted(set(places))):
        mine = tuple_(terminal.c.device, terminal.c.epoch).in_(some)
        query = select(*_FIELDS).where(mine).order_by(terminal.c.device, terminal.c.epoch).with_for_update()
        found += map(_read, connection.execute(query).mappings())
    return found


def change(connection: Connection, who: Terminal, **values: Any) -> None:
    where = (terminal.c.device == who.device) & (terminal.c.epoch == who.epoch)
    connection.execute(update(terminal).where(where).values(**values))
