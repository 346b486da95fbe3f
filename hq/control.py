"""What HQ tells all terminals to obey: the programme, the deny list, the configuration; versions never go back."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from hq import feed, terminals
from hq.feed import Row
from hq.founding import set_programme
from hq.headquarters import Headquarters
from hq.problems import HqError
from hq.schema import deny, programme, setting, terminal
from hq.terminals import State, Terminal
from loyalty import ProgrammeError, read_programme
from protocol.control import CONFIGURATION, CURRENT, DENY, Configuration, DenyList, next_version
from protocol.directory import card_key
from protocol.feed import Bucket, RowKind
from protocol.request_signature import read_key_name
from protocol.signing import Signed

DENIED, LIFTED = "denied", "lifted"
KINDS = ("card", "member", "device")


def change_deny_list(hq: Headquarters, kind: str, key: str, state: str) -> DenyList:
    """Deny a card (its UID in hex), a member or a device (`device:epoch`), or lift that; the list is published whole.

    Raises HqError for a key that cannot be one.
    """
    key = _deny_key(hq, kind, key)
    with hq.database.transaction() as connection:
        newest = connection.scalar(select(func.max(deny.c.version)))
        version = next_version(newest, hq.generation)
        row = {"version": version, "kind": kind, "key": key, "state": state, "made_ms": hq.clock()}
        connection.execute(insert(deny).values(**row))
        now = _deny_list(connection, version)
        _publish(connection, hq, RowKind.DENY, DENY, now.model_dump(mode="json"))
    return now


def _deny_key(hq: Headquarters, kind: str, key: str) -> str:
    if kind == "card":
        try:
            return card_key(hq.keys.lookup, key)
        except ValueError:
            raise HqError(f"{key!r} is not a card's UID: give its digits in hex, such as 04A1B2C3D4E5F6") from None
    if kind == "device" and read_key_name(key) is None:
        raise HqError(f"{key!r} names no device: give DEVICE:EPOCH, such as s01-1:1")
    return key


def _deny_list(connection: Connection, version: int) -> DenyList:
    newest = select(deny.c.kind, deny.c.key, deny.c.state).order_by(deny.c.version)
    state = {(kind, key): said for kind, key, said in connection.execute(newest)}
    denied = {
        kind: tuple(sorted(key for (of, key), said in state.items() if (of, said) == (kind, DENIED))) for kind in KINDS
    }
    return DenyList(version=version, cards=denied["card"], members=denied["member"], devices=denied["device"])


def configure(hq: Headquarters, **changes: Any) -> Configuration:
    """Change what is named and publish the configuration under the next version."""
    with hq.database.transaction() as connection:
        kept = connection.scalar(select(setting.c.value).where(setting.c.name == CONFIGURATION))
        before = Configuration.model_validate_json(kept) if kept else None
        version = next_version(before.version if before else None, hq.generation)
        known = before.model_dump() if before else {}
        now = Configuration.model_validate({**known, **changes, "version": version})
        if before:
            where = setting.c.name == CONFIGURATION
            connection.execute(update(setting).where(where).values(value=now.model_dump_json()))
        else:
            connection.execute(insert(setting).values(name=CONFIGURATION, value=now.model_dump_json()))
        _publish(connection, hq, RowKind.CONFIGURATION, CONFIGURATION, now.model_dump(mode="json"))
    return now


def publish_programme(hq: Headquarters, text: str) -> int:
    """Make a programme the current one. Raises HqError for one that cannot be used, or is not newer than the last."""
    try:
        read = read_programme(text)
    except ProgrammeError as error:
        raise HqError(f"the programme cannot be used: {error}") from None
    with hq.database.transaction() as connection:
        newest = connection.scalar(select(func.max(programme.c.version))) or 0
        if read.version <= newest:
            raise HqError(f"version {read.version} is not above {newest}, and versions never go back: use {newest + 1}")
        set_programme(connection, json.loads(text), hq.keys, hq.clock())
    return read.version


def set_state(hq: Headquarters, device: str, state: State, allowed: frozenset[State]) -> list[Terminal]:
    """Give every epoch of `device` whose state is in `allowed` another one. Raises HqError if there is none."""
    with hq.database.transaction() as connection:
        known = terminals.find(connection, terminal.c.device == device, locked=True)
        changed = [one for one in known if one.state in allowed]
        if not changed:
            states = ", ".join(f"epoch {one.epoch} is {one.state.value}" for one in known) or "HQ does not know it"
            raise HqError(f"terminal {device} cannot become {state.value}: {states}")
        for one in changed:
            terminals.change(connection, one, state=state.value)
    return changed


def _publish(connection: Connection, hq: Headquarters, kind: RowKind, purpose: str, document: dict[str, Any]) -> None:
    body = Signed.make(purpose, document, hq.keys.signing).model_dump()
    feed.publish(connection, Bucket.CONFIG, [Row(kind, CURRENT, body)], hq.clock())
