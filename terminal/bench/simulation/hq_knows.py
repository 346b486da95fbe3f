"""What HQ knows at a moment, read past the line: what it would have said if it could have been asked."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager

from terminal.bench.simulation.hq_node import HqNode
from terminal.bench.simulation.reference import effect
from terminal.bench.simulation.terminal_node import TerminalNode
from terminal.errors import StoreError

_POINTS = "SELECT balance FROM member WHERE id = ? AND state = 'active'"
_VALUE = "SELECT coalesce(sum(amount), 0) FROM holding WHERE member = ? AND asset IN ('principal', 'bonus')"
_TO_ANSWER = "SELECT DISTINCT device FROM granted WHERE unanswered > 0"


def would_give(hq: HqNode, node: TerminalNode, member: str, points: int, value: int) -> bool:
    """Whether HQ had enough for this, had the line of `node` been up: by what all others have sent it, and what this
    terminal would have sent first. Nothing is given to a member who is blocked."""
    with _reading(hq) as database:
        found = database.execute(_POINTS, (member,)).fetchone()
        ((there,),) = database.execute(_VALUE, (member,)).fetchall()
    unsent = _unsent(node, member)
    return found is not None and found[0] + unsent["points"] >= points and there + unsent["value"] >= value


def holders_to_answer(hq: HqNode) -> frozenset[str]:
    """The devices whose answer to a recall is still to come."""
    with _reading(hq) as database:
        return frozenset(device for (device,) in database.execute(_TO_ANSWER))


def _unsent(node: TerminalNode, member: str) -> Counter[str]:
    """What this terminal has sold to the member, and HQ has not heard of."""
    moved: Counter[str] = Counter()
    try:
        pending = node.till.reader.pending(node.till.reader.position().acked, 10_000, 10**8)
    except StoreError:  # its history is not HQ's
        return moved
    for data in pending.operations:
        done = effect(json.loads(data))
        if done.member == member:
            moved.update(done.change)
    return moved


@contextmanager
def _reading(hq: HqNode) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{hq.folder / 'hq.db'}?mode=ro", uri=True)) as database:
        yield database
