"""Which epoch of a device may work again: its newest, unless its history has forked or what it held was given back."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, select

from hq.apply import OWN_DEVICE
from hq.problems import HqError
from hq.schema import evidence, operation
from hq.terminals import State, Terminal
from protocol.operation import Kind

_WAYS_OUT = {
    State.QUARANTINED: "its history has forked",
    State.RETIRED: "another has taken its place, or it was written off",
}


def to_resume(connection: Connection, known: Sequence[Terminal], allowed: frozenset[State]) -> Terminal:
    """Of all epochs of one device the one to resume. Raises HqError with the reason and the way out.

    What an older epoch held may be given to others again, so it never works again. That holds for one that has forked
    or was written off too, whatever its state became afterwards.
    """
    enrolled = [one for one in known if one.state is not State.ENROLLED]
    if not enrolled:
        raise HqError("no epoch of this terminal was ever at work: finish its enrolment")
    newest = max(enrolled, key=lambda one: one.epoch)
    why = None if newest.state in allowed else _WAYS_OUT.get(newest.state, "there is nothing to resume")
    if newest.state is State.REVOKED:
        why = _bygone(connection, newest) or why
    if why is not None:
        states = ", ".join(f"epoch {one.epoch} is {one.state.value}" for one in known)
        way_out = "" if newest.state is State.ACTIVE else "; enrol the terminal again, and it gets a new one"
        raise HqError(
            f"terminal {newest.device} cannot become active: {states}. Only its newest epoch, {newest.epoch}, could, "
            f"and {why}{way_out}"
        )
    return newest


def _bygone(connection: Connection, who: Terminal) -> str | None:
    """What a revocation does not undo."""
    mine = (evidence.c.device == who.device) & (evidence.c.epoch == who.epoch)
    if connection.scalar(select(evidence.c.digest).where(mine).limit(1)) is not None:
        return _WAYS_OUT[State.QUARANTINED]
    own = (operation.c.device == OWN_DEVICE) & (operation.c.kind == Kind.WRITE_OFF.value)
    for data in connection.scalars(select(operation.c.data).where(own, operation.c.member.is_(None))):
        detail = json.loads(data)["detail"]
        if (detail["device"], detail["epoch"]) == (who.device, who.epoch):
            return "it was written off"
    return None
