"""Disks that go wrong: re-imaged, put into a second machine, or put back together with a restored HQ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal.bench.simulation.office import held_by, write_off_lost
from terminal.bench.simulation.schedule import DAY_MS, HOUR_MS
from terminal.bench.simulation.terminal_node import TerminalNode

if TYPE_CHECKING:
    from terminal.bench.simulation.faults import Faults


def re_imaged(faults: Faults, node: TerminalNode) -> None:
    """A terminal breaks and its lane gets a new one, a new epoch without leases. What the broken one held counts as
    spent, until two operators write it off."""
    world = faults.world
    if node.retired or node.twin is not None or not world.hq.up:
        return
    identity = node.identity
    node.retire()
    node.gone = True
    world.reference.disk_gone(node.holder, world.hq.acked(identity.device, identity.epoch))
    world.say(node.name, "is broken and gone; its lane gets a new one")
    fresh = TerminalNode(world, world.hq.enrol(identity.store, identity.lane, world.chance("enrolment")))
    faults.nodes.append(fresh)
    fresh.power_on()
    if faults.chance("re_imaged").randrange(2):
        world.schedule.after(faults.chance("re_imaged").randint(HOUR_MS, DAY_MS), lambda: _write_off(faults, node))


def _write_off(faults: Faults, node: TerminalNode) -> None:
    world, identity = faults.world, node.identity
    if not world.hq.up:
        return
    world.written_off.add(node.holder)
    world.reference.may_be_lost(held_by(world.hq.hq, node.holder))  # it may have been spent and never told
    given = write_off_lost(world.hq.hq, identity.device, identity.epoch)
    if given is not None:
        world.fault("written_off")
        world.say("hq", f"writes {node.holder} off: {given} come back", identity.device)


def card_cloned(faults: Faults, node: TerminalNode) -> None:
    """The card is copied into a second machine, and both of them sell from now on."""
    if node.retired or node.twin is not None or not node.on or node.busy or node.serving:
        return
    world = faults.world
    other = TerminalNode(world, node.identity, f"{node.name}-copy")
    world.reference.disk_copied(node.holder, node.leased())
    faults.nodes.append(other)
    other.become_copy_of(node)


def rolled_back_with_hq(faults: Faults, node: TerminalNode) -> None:
    """HQ is restored from a backup, and a disk of another day is put back, about the same time."""
    node.keep_image()
    chance = faults.chance("rolled_back_with_hq")

    def both() -> None:
        if chance.randrange(2):
            faults.put_back(node)
            faults.hq_restored(node)
        else:
            faults.hq_restored(node)
            faults.world.schedule.after(chance.randint(0, 3 * HOUR_MS), lambda: faults.put_back(node))

    faults.world.schedule.after(chance.randint(HOUR_MS, 2 * DAY_MS), both)
