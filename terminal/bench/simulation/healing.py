"""The end of all faults: lines are back, machines run, people have looked; then all meet HQ until it is quiet."""

from __future__ import annotations

from terminal.bench.simulation.network import LATEST_MS
from terminal.bench.simulation.rogue import Rogue
from terminal.bench.simulation.schedule import HOUR_MS
from terminal.bench.simulation.services import Services
from terminal.bench.simulation.terminal_node import TerminalNode

ROUNDS = 3
FORKED = ("quarantined", "chain_diverged")  # what the till is told of itself


def heal(world: Services, nodes: list[TerminalNode], rogue: Rogue) -> None:
    """Mend everything, then let each terminal meet HQ `ROUNDS` times."""
    if world.violations:
        return
    world.say("world", "everything is mended")
    world.network.line.cut.clear()
    world.network.line.rough = 0
    for node in nodes:
        node.cut_at_sync = None
    world.schedule.run_until(world.schedule.now_ms + LATEST_MS + HOUR_MS)
    world.schedule.stop()
    world.hq.start()
    for node in nodes:
        node.machine.set_ahead(0)
        node.power_on()
    for turn in range(ROUNDS):
        rogue.send()
        for node in [node for node in nodes if not node.retired]:
            if not world.violations:
                node.round_now()
            if turn < ROUNDS - 1 and node.till.code in FORKED:
                _replace(world, nodes, node)


def _replace(world: Services, nodes: list[TerminalNode], node: TerminalNode) -> None:
    """A terminal whose history has forked is taken away, and its lane gets a new epoch."""
    world.say(node.name, "is enrolled again: its history had forked")
    node.power_off()
    node.retired = True
    fresh = TerminalNode(world, world.hq.enrol(node.identity.store, node.identity.lane, world.chance("enrolment")))
    nodes.append(fresh)
    fresh.power_on()
