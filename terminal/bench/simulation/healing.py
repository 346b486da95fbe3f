"""The end of all faults: lines are back, machines run, people have looked; then all meet HQ until it is quiet."""

from __future__ import annotations

from hq.terminals import State
from terminal.bench.simulation.network import LATEST_MS
from terminal.bench.simulation.office import set_terminal_state
from terminal.bench.simulation.rogue import Rogue
from terminal.bench.simulation.schedule import HOUR_MS
from terminal.bench.simulation.services import Services
from terminal.bench.simulation.terminal_node import TerminalNode

ROUNDS, MOST_ROUNDS = 2, 12  # at least, at most


def heal(world: Services, nodes: list[TerminalNode], rogue: Rogue) -> None:
    """Mend everything, then let each terminal meet HQ until nobody has anything new."""
    if world.violations:
        return
    world.say("world", "everything is mended")
    world.network.line.cut.clear()
    world.network.line.rough = 0
    for node in nodes:
        node.cut_at_sync = node.not_understood = None
    world.schedule.run_until(world.schedule.now_ms + LATEST_MS + HOUR_MS)
    world.schedule.stop()
    world.hq.start()
    world.hq.upgrade()
    for node in nodes:
        node.machine.set_ahead(0)
        node.power_on()
    for node in nodes:
        set_terminal_state(world.hq.hq, node.identity.device, State.ACTIVE)
    before: object = None
    diverged: list[TerminalNode] = []
    for turn in range(MOST_ROUNDS):
        rogue.send()
        world.hq.work()
        for node in [node for node in nodes if not node.retired]:
            if not world.violations:
                node.round_now()
                node.note_facts()
            if node.till.code == "quarantined" or (node.till.code == "chain_diverged" and node in diverged):
                _take_away(world, nodes, node)
            elif node.till.code == "chain_diverged":
                diverged.append(node)
        now = [(node.holder, *_state(node)) for node in nodes if not node.retired]
        if turn >= ROUNDS and now == before and not any(map(_is_waited_for, (n for n in nodes if not n.retired))):
            return
        before = now
    world.violate("comes_to_rest", f"after {MOST_ROUNDS} rounds there is still something to tell")


def _state(node: TerminalNode) -> tuple[int, int, int]:
    """What changes as long as there is anything to tell."""
    ledger = node.till.ledger
    return ledger.head().seq, ledger.outbox().depth, ledger.grants_applied()


def _is_waited_for(node: TerminalNode) -> bool:
    """Whether HQ has a grant for it that it has not taken."""
    return node.world.hq.granted(node.identity.device, node.identity.epoch) > node.till.ledger.grants_applied()


def _take_away(world: Services, nodes: list[TerminalNode], node: TerminalNode) -> None:
    """A terminal whose history has forked is taken away, and its lane gets a new epoch, unless it has one."""
    identity = node.identity
    world.say(node.name, "is taken away: its history had forked")
    node.retire()
    if any(other.identity.device == identity.device and not other.retired for other in nodes):
        return
    fresh = TerminalNode(world, world.hq.enrol(identity.store, identity.lane, world.chance("enrolment")))
    nodes.append(fresh)
    fresh.power_on()
