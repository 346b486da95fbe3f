"""What a terminal shows when it has just taken a snapshot: HQ's rows, and every own operation that is not in them."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from terminal.bench.simulation.chain import has_old_points
from terminal.bench.simulation.reference import effect

if TYPE_CHECKING:
    from terminal.bench.simulation.terminal_node import TerminalNode


def look_at_snapshot(node: TerminalNode, version: int) -> None:
    """Tell the world where an own operation counts twice, or not at all. Nobody can say that of a copied disk."""
    node.world.say(node.name, f"took snapshot {version}")
    node.note_facts()
    applied = node.world.hq.snapshots.get(version, {}).get(node.holder, 0)
    if node.holder in node.world.reference.copied:
        return
    for member, own in sorted(_own_points(node, applied).items()):
        row = node.till.directory.member(member)
        if row is None or row.debt or has_old_points(member):
            continue
        moved, known = node.till.shop.effects(row).by_lot, {lot.id: lot.points for lot in row.lots}
        if any(known.get(lot, 0) + points < 0 for lot, points in moved.items()):
            continue  # a restored HQ has not heard yet of a lot that was spent here
        shown = sum(lot.points for lot in node.till.shop.lots(row))
        should = max(0, sum(lot.points for lot in row.lots) + own)
        if shown != should:
            text = f"with its snapshot {node.name} shows {shown} for {member} and should show {should}"
            node.world.violate("snapshots_are_exact", text, node.name, member)


def _own_points(node: TerminalNode, applied: int) -> dict[str, int]:
    """What own operations above `applied` have moved, for every member that one is about and who came into no debt."""
    moved, owing = Counter[str](), set[str]()
    for (device, epoch, seq), fact in node.world.reference.facts.items():
        if (device, epoch) == (node.identity.device, node.identity.epoch):
            done = effect(json.loads(fact.data))
            owing |= {done.member or ""} if done.owing.get("points") else set()
            moved[done.member or ""] += done.change.get("points", 0) if seq > applied else 0
    return {member: points for member, points in moved.items() if member and member not in owing}
