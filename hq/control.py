"""What HQ tells all terminals to obey: the programme, the deny list, the configuration; versions never go back."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from hq import feed, terminals
from hq.accounts import POOL
from hq.bulk import upsert_all
from hq.feed import Row
from hq.founding import PROGRAMME, keep_programme, set_programme
from hq.headquarters import Headquarters
from hq.keys import Keys
from hq.problems import HqError
from hq.resuming import to_resume
from hq.schema import deny, holding, member, programme, setting, terminal
from hq.sizing import RIGHTS_AT_HOME
from hq.terminals import State, Terminal
from loyalty import Programme, ProgrammeError, read_programme
from loyalty.ledger import Asset
from protocol.control import CONFIGURATION, CURRENT, DENY, GENERATION_STEP, Configuration, DenyList, next_version
from protocol.directory import card_key
from protocol.feed import Bucket, RowKind
from protocol.request_signature import read_key_name
from protocol.signing import Signed

DENIED, LIFTED = "denied", "lifted"
KINDS = ("card", "member", "device")
DENY_VERSION = "deny_version"  # setting: of the list that was signed again without a new entry


def change_deny_list(hq: Headquarters, kind: str, key: str, state: str) -> DenyList:
    """Deny a card (its UID in hex), a member or a device (`device:epoch`), or lift that; the list is published whole.

    Raises HqError for a key that cannot be one.
    """
    key = _deny_key(hq, kind, key)
    with hq.database.transaction() as connection:
        version = next_version(newest_deny(connection), hq.generation)
        row = {"version": version, "kind": kind, "key": key, "state": state, "made_ms": hq.clock()}
        connection.execute(insert(deny).values(**row))
        now = deny_list(connection, version)
        _publish(connection, hq.keys, hq.clock(), RowKind.DENY, now)
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


def deny_list(connection: Connection, version: int, below: int | None = None) -> DenyList:
    """What is denied now, or was by entries of versions below a number, as a list of this version."""
    newest = select(deny.c.kind, deny.c.key, deny.c.state).order_by(deny.c.version)
    if below is not None:
        newest = newest.where(deny.c.version < below)
    state = {(kind, key): said for kind, key, said in connection.execute(newest)}
    denied = {
        kind: tuple(sorted(key for (of, key), said in state.items() if (of, said) == (kind, DENIED))) for kind in KINDS
    }
    return DenyList(version=version, cards=denied["card"], members=denied["member"], devices=denied["device"])


def is_denied(connection: Connection, kind: str, key: str) -> bool:
    """Whether a key, as the list has it, is denied now: its newest entry counts."""
    newest = select(deny.c.state).where(deny.c.kind == kind, deny.c.key == key).order_by(deny.c.version.desc())
    return connection.scalar(newest.limit(1)) == DENIED


def configure(hq: Headquarters, **changes: Any) -> Configuration:
    """Change what is named and publish the configuration under the next version."""
    with hq.database.transaction() as connection:
        before = configuration(connection)
        version = next_version(before.version if before else None, hq.generation)
        known = before.model_dump() if before else {}
        now = Configuration.model_validate({**known, **changes, "version": version})
        set_configuration(connection, hq.keys, hq.clock(), now)
    return now


def place_rights(hq: Headquarters, *, at_home: bool) -> int:
    """Whether coupons lie at their members' home stores, or stay at HQ (sync.md, Leases 7); gives how many members are
    looked at again. Terminals are not told: what is placed comes to them as a grant.
    """
    waiting = select(holding.c.member).where(holding.c.holder == POOL, holding.c.asset == Asset.COUPON.value)
    with hq.database.transaction() as connection:
        upsert_all(connection, setting, [{"name": RIGHTS_AT_HOME, "value": "yes" if at_home else "no"}])
        looked_at = update(member).where(member.c.id.in_(waiting), member.c.unsized == 0)
        return connection.execute(looked_at.values(unsized=1)).rowcount if at_home else 0


def publish_programme(hq: Headquarters, text: str) -> int:
    """Make a programme the current one. Raises HqError for one that cannot be used, or is not newer than the last."""
    read = _readable(text)
    with hq.database.transaction() as connection:
        newest = connection.scalar(select(func.max(programme.c.version))) or 0
        if read.version <= newest:
            raise HqError(f"version {read.version} is not above {newest}, and versions never go back: use {newest + 1}")
        set_programme(connection, json.loads(text), hq.keys, hq.clock())
    return read.version


def _readable(text: str) -> Programme:
    try:
        return read_programme(text)
    except ProgrammeError as error:
        raise HqError(f"the programme cannot be used: {error}") from None


def remember_programme(hq: Headquarters, text: str) -> int:
    """Keep a programme that was published after the backup, under its own version, for refunds and replays.

    It does not become current. Raises HqError for one that cannot be used, or whose version is known or too new.
    """
    read = _readable(text)
    with hq.database.transaction() as connection:
        versions = set(connection.scalars(select(programme.c.version)))
        if read.version in versions or read.version > max(versions):
            raise HqError(f"version {read.version} is known or above the current {max(versions)}: nothing to remember")
        keep_programme(connection, json.loads(text), hq.keys, hq.clock(), under=(f"v{read.version}",))
    return read.version


def sign_again(connection: Connection, keys: Keys, generation: int, now_ms: int) -> dict[str, tuple[int, int]]:
    """What terminals obey, as this HQ knows it, under versions that no terminal can have (sync.md, Leases 10).

    An HQ that was restored has forgotten what it signed since its backup; terminals obey that, and nothing older. Gives
    by purpose the version that HQ knew, and the one that it signed now.
    """
    ahead = (generation - 1) * GENERATION_STEP
    newest = connection.scalar(select(programme.c.document).order_by(programme.c.version.desc()).limit(1))
    assert newest is not None, "founding publishes a programme"
    document = json.loads(newest)
    set_programme(connection, {**document, "version": document["version"] + ahead}, keys, now_ms)
    denied = newest_deny(connection) or 0
    sign_deny_list(connection, keys, now_ms, denied + ahead)
    before = configuration(connection) or Configuration(version=1)
    set_configuration(connection, keys, now_ms, before.model_copy(update={"version": before.version + ahead}))
    known = {PROGRAMME: int(document["version"]), DENY: denied, CONFIGURATION: before.version}
    return {purpose: (version, version + ahead) for purpose, version in known.items()}


def sign_deny_list(connection: Connection, keys: Keys, now_ms: int, version: int) -> None:
    """Publish the list under this version, without a new entry."""
    upsert_all(connection, setting, [{"name": DENY_VERSION, "value": str(version)}])
    _publish(connection, keys, now_ms, RowKind.DENY, deny_list(connection, version))


def set_state(hq: Headquarters, device: str, state: State, allowed: frozenset[State]) -> list[Terminal]:
    """Give every epoch of `device` whose state is in `allowed` another one; ACTIVE none but the newest.

    Raises HqError if there is none.
    """
    with hq.database.transaction() as connection:
        known = terminals.find(connection, terminal.c.device == device, locked=True)
        changed = [one for one in known if one.state in allowed]
        if known and state is State.ACTIVE:
            changed = [to_resume(connection, known, allowed)]
        if not changed:
            states = ", ".join(f"epoch {one.epoch} is {one.state.value}" for one in known) or "HQ does not know it"
            raise HqError(f"terminal {device} cannot become {state.value}: {states}")
        for one in changed:
            terminals.change(connection, one, state=state.value)
    return changed


def newest_deny(connection: Connection) -> int | None:
    entry = connection.scalar(select(func.max(deny.c.version)))
    signed = connection.scalar(select(setting.c.value).where(setting.c.name == DENY_VERSION))
    return max(entry or 0, int(signed or 0)) or None


def configuration(connection: Connection) -> Configuration | None:
    kept = connection.scalar(select(setting.c.value).where(setting.c.name == CONFIGURATION))
    return Configuration.model_validate_json(kept) if kept else None


def set_configuration(connection: Connection, keys: Keys, now_ms: int, now: Configuration) -> None:
    upsert_all(connection, setting, [{"name": CONFIGURATION, "value": now.model_dump_json()}])
    _publish(connection, keys, now_ms, RowKind.CONFIGURATION, now)


def _publish(connection: Connection, keys: Keys, now_ms: int, kind: RowKind, now: DenyList | Configuration) -> None:
    """`kind` is also the purpose of the signature."""
    body = Signed.make(kind.value, now.model_dump(mode="json"), keys.signing).model_dump()
    feed.publish(connection, Bucket.CONFIG, [Row(kind, CURRENT, body)], now_ms)
