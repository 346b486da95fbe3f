"""Releases that are not the same everywhere, goods that HQ forgets, and rounds that fall together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal.bench.simulation.newer_answers import PATHS
from terminal.bench.simulation.office import change_goods
from terminal.bench.simulation.release import YOUNG
from terminal.bench.simulation.schedule import DAY_MS, HOUR_MS
from terminal.bench.simulation.terminal_node import TerminalNode

if TYPE_CHECKING:
    from terminal.bench.simulation.faults import Faults

TOGETHER_MS = 400


def hq_older(faults: Faults, _node: TerminalNode) -> None:
    """HQ runs a release for a while that does not know a kind of fact; then it is upgraded, and tries again."""
    world, chance = faults.world, faults.chance("hq_older")
    unknown = chance.choice(YOUNG)
    world.say("hq", f"runs a release that does not know {unknown}")
    world.hq.run_older(unknown)
    world.schedule.after(chance.randint(3 * HOUR_MS, DAY_MS), world.hq.upgrade)


def terminal_older(faults: Faults, node: TerminalNode) -> None:
    """A terminal does not understand some of what a newer HQ answers, until it is upgraded."""
    chance = faults.chance("terminal_older")
    node.not_understood = chance.choice(PATHS)

    def upgrade() -> None:
        node.not_understood = None

    faults.world.schedule.after(chance.randint(3 * HOUR_MS, 2 * DAY_MS), upgrade)


def goods_forgotten(faults: Faults, _node: TerminalNode) -> None:
    """Goods come and go, and HQ forgets that they were there: who has not heard of it is told 410."""
    world = faults.world
    if world.hq.up:
        change_goods(world.hq.hq, f"{faults.chance('goods_forgotten').randrange(10**13):013}")


def rounds_together(faults: Faults, _node: TerminalNode) -> None:
    """All terminals meet HQ in the same moment: their rounds lie inside one another."""
    for node in faults.nodes:
        faults.world.schedule.after(faults.chance("rounds_together").randint(0, TOGETHER_MS), node.round_if_free)
