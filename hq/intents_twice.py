"""The same intent from two devices at the same moment (D23): found after both have committed.

Ingest flags an intent that HQ has. Two workers that book it at once see nothing of each other, and no lock stands
between them, since a batch would need one for each of its operations. So replay, which looks at each operation once and
after its commit, looks for its intent as well: whichever of the two is looked at second finds the first.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from hq.bulk import one_of, update_all
from hq.reasons import Reason
from hq.schema import operation
from protocol.batch import Outcome

SAME_MOMENT_MS = 3600 * 1000  # longer than any two transactions stand open together, clocks of two workers included
_KEY = ("device", "epoch", "seq", "received_ms")
_COLUMNS = [operation.c[name] for name in (*_KEY, "intent", "reasons", "params", "replayed")]


def flag_intents_twice(connection: Connection, received: Sequence[int]) -> int:
    """Flag the second of two among operations received at these times and not replayed yet; how many.

    Second is what is looked at later, of two that wait the one that came later. Part of the transaction that says that
    they were replayed.
    """
    first, last = min(received), max(received)
    order = (operation.c.received_ms, operation.c.device, operation.c.epoch, operation.c.seq)
    waiting = operation.c.replayed.is_(None) & operation.c.received_ms.between(first, last)
    rows = connection.execute(select(*_COLUMNS).where(waiting).order_by(*order).with_for_update()).all()
    intents = sorted({row.intent for row in rows if row.intent})
    near = operation.c.received_ms.between(first - SAME_MOMENT_MS, last + SAME_MOMENT_MS)
    same: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(select(*_COLUMNS).where(one_of(connection, operation.c.intent, intents), near)):
        same.setdefault(row.intent, []).append(row)
    found = [(row, other) for row in rows if (other := _earlier(row, same.get(row.intent, [])))]
    update_all(connection, operation, [_flagged(row, other) for row, other in found])
    return len(found)


def _earlier(row: Row[Any], same: Sequence[Row[Any]]) -> Row[Any] | None:
    """The operation that stands where `row` is the second."""
    if Reason.INTENT_TWICE in row.reasons.split(","):
        return None
    others = [each for each in same if _key(each) != _key(row) and Reason.INTENT_TWICE not in each.reasons.split(",")]
    return next((each for each in others if each.replayed is not None or _place(each) < _place(row)), None)


def _key(row: Row[Any]) -> tuple[Any, ...]:
    return tuple(row[:4])


def _place(row: Row[Any]) -> tuple[Any, ...]:
    return row.received_ms, row.device, row.epoch, row.seq


def _flagged(row: Row[Any], other: Row[Any]) -> dict[str, Any]:
    return {
        **dict(zip(_KEY, _key(row), strict=True)),
        "outcome": Outcome.FLAGGED.value,
        "reasons": ",".join(filter(None, (row.reasons, Reason.INTENT_TWICE))),
        "params": json.dumps({**json.loads(row.params), "other": f"{other.device} {other.seq}"}),
    }
