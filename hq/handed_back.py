"""What HQ signed after its backup and has forgotten comes back from terminals that obey it (decision 0020).

Each document carries HQ's own signature, so it does not matter who brings it. Restored, HQ has signed everything again
under a higher version; what a terminal brings is older than that and newer than the backup. What was changed at HQ
since the restore stands, and beneath it is what HQ meant before.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, func, insert, select

from hq import control
from hq.bulk import upsert_all
from hq.founding import PROGRAMME, keep_programme, set_programme
from hq.keys import Keys
from hq.schema import deny, programme, setting
from loyalty import ProgrammeError, read_programme
from protocol.canonical import CanonicalError
from protocol.control import CONFIGURATION, DENY, Configuration, DenyList
from protocol.obeyed import Held, Obeyed, Wanted
from protocol.signing import SignatureError, Signed

log = logging.getLogger(__name__)
MARKS = "signed_again"  # setting: by purpose, the Mark of the newest restore


@dataclass(frozen=True)
class Mark:
    """`known` is the newest version from before the restore that HQ has; from `floor` on versions are of after it.

    `again` is the newest that HQ signed for itself: where it is still in use, nobody has changed anything since.
    """

    known: int
    floor: int
    again: int


@dataclass(frozen=True)
class Signing:
    """By whom and when what came back is signed again."""

    keys: Keys
    generation: int
    now_ms: int


def sign_again(connection: Connection, by: Signing) -> None:
    """At a restore: what terminals obey, as the backup has it, above what was forgotten; and where that was."""
    versions = control.sign_again(connection, by.keys, by.generation, by.now_ms)
    _note(connection, {purpose: Mark(known, again, again) for purpose, (known, again) in versions.items()})


def take_back(connection: Connection, told: Obeyed, by: Signing) -> Wanted:
    """Take over what of `documents` HQ has forgotten, and say what of `held` it wants. Ignores what HQ never signed."""
    if not _marks(connection, lock=bool(told.documents)):
        return Wanted()
    for signed in told.documents:
        _take(connection, signed, by)
    marks = _marks(connection)
    wanted = [held for held in told.held if _lacks(connection, marks, held)]
    return Wanted(wanted=tuple(sorted(wanted, key=lambda held: (held.purpose, -held.version))))


def _lacks(connection: Connection, marks: Mapping[str, Mark], held: Held) -> bool:
    if held.purpose == PROGRAMME:
        return held.version not in set(connection.scalars(select(programme.c.version)))
    mark, newest = marks[held.purpose], _newest(connection, held.purpose)
    return held.version > mark.known and (held.version < mark.floor or held.version > newest)


def _newest(connection: Connection, purpose: str) -> int:
    if purpose == DENY:
        return control.newest_deny(connection) or 0
    if purpose == CONFIGURATION:
        before = control.configuration(connection)
        return before.version if before else 0
    return connection.scalar(select(func.max(programme.c.version))) or 0


def _take(connection: Connection, signed: Signed, by: Signing) -> None:
    try:
        document = signed.open(signed.purpose, by.keys.trust_key)
        held = Held(purpose=signed.purpose, version=document["version"])
    except (SignatureError, CanonicalError, ValidationError, TypeError, KeyError):
        return
    marks = _marks(connection)
    if not _lacks(connection, marks, held):
        return
    take = {DENY: _take_deny, CONFIGURATION: _take_configuration, PROGRAMME: _take_programme}[held.purpose]
    mark = take(connection, document, marks[held.purpose], by)
    log.warning("%s %d was forgotten, and is known again", held.purpose, held.version)
    _note(connection, {**marks, held.purpose: mark})


def _take_deny(connection: Connection, document: Any, mark: Mark, by: Signing) -> Mark:
    """Entries that differ are written as if they had been made then, so that what was said since stands above them."""
    told = DenyList.model_validate(document)
    before = control.deny_list(connection, 1, below=mark.floor)
    told_of, had_of = ({(kind, key) for kind, keys in _kinds(each) for key in keys} for each in (told, before))
    states = [(*each, control.DENIED) for each in sorted(told_of - had_of)]
    states += [(*each, control.LIFTED) for each in sorted(had_of - told_of)]
    last = min(told.version, mark.floor - 1)
    if last - len(states) < mark.known:
        log.error("deny list %d differs by %d entries from %d: left out", told.version, len(states), mark.known)
        states = []
    rows = [
        {"version": last - len(states) + place, "kind": kind, "key": key, "state": state, "made_ms": by.now_ms}
        for place, (kind, key, state) in enumerate(states, 1)
    ]
    if rows:
        connection.execute(insert(deny), rows)
    version = max(control.newest_deny(connection) or 0, told.version) + 1
    control.sign_deny_list(connection, by.keys, by.now_ms, version)
    return replace(mark, known=last, again=version)


def _kinds(told: DenyList) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return ("card", told.cards), ("member", told.members), ("device", told.devices)


def _take_configuration(connection: Connection, document: Any, mark: Mark, by: Signing) -> Mark:
    told, now = Configuration.model_validate(document), control.configuration(connection)
    assert now is not None, "a restore signs a configuration"
    version = max(now.version, told.version) + 1
    content = told if now.version == mark.again else now
    control.set_configuration(connection, by.keys, by.now_ms, content.model_copy(update={"version": version}))
    return replace(mark, known=min(told.version, mark.floor - 1), again=version if content is told else mark.again)


def _take_programme(connection: Connection, document: Any, mark: Mark, by: Signing) -> Mark:
    """Known again for refunds and replays; the newest is current again, unless another was published since."""
    newest = _newest(connection, PROGRAMME)
    try:
        read_programme(document)
    except ProgrammeError:
        return mark
    told = document["version"]
    keep_programme(connection, document, by.keys, by.now_ms, under=(f"v{told}",))
    if told < mark.known or (newest != mark.again and told < newest):
        return mark
    text = connection.scalar(select(programme.c.document).where(programme.c.version == newest))
    content = document if newest == mark.again else json.loads(text or "{}")
    version = max(newest, told) + 1
    set_programme(connection, {**content, "version": version}, by.keys, by.now_ms)
    return replace(mark, known=told, again=version if content is document else mark.again)


def _marks(connection: Connection, *, lock: bool = False) -> dict[str, Mark]:
    """Locked, so that of two terminals who bring the same one comes first."""
    query = select(setting.c.value).where(setting.c.name == MARKS)
    text = connection.scalar(query.with_for_update() if lock else query)
    return {purpose: Mark(**mark) for purpose, mark in json.loads(text).items()} if text else {}


def _note(connection: Connection, marks: Mapping[str, Mark]) -> None:
    value = json.dumps({purpose: asdict(mark) for purpose, mark in marks.items()})
    upsert_all(connection, setting, [{"name": MARKS, "value": value}])
