"""Disks that go wrong: re-imaged, in a second machine, put back together with a restored HQ; and HQ's own, twice."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from hq import leases, terminals
from hq.headquarters import Headquarters
from protocol.lease import GrantAsk
from terminal.bench.simulation.chain import members
from terminal.bench.simulation.office import held_by, write_off_lost
from terminal.bench.simulation.schedule import DAY_MS, HOUR_MS
from terminal.bench.simulation.terminal_node import TerminalNode
from terminal.identity import Identity

if TYPE_CHECKING:
    from terminal.bench.simulation.faults import Faults
    from terminal.bench.simulation.services import Services


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


def forget_with_hq(world: Services, nodes: Sequence[TerminalNode]) -> None:
    """HQ was restored: what it has forgotten of a terminal that is gone with its disk nobody can tell it again."""
    for node in [node for node in nodes if node.gone]:
        acked = world.hq.acked(node.identity.device, node.identity.epoch)
        world.reference.forgotten_at_hq(node.holder, acked)


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


def hq_lost_twice(faults: Faults, _node: TerminalNode) -> None:
    """HQ is lost with answers on their way, and restored from a backup. That HQ gives something else, and is lost too;
    now there is a newer backup, of the first one."""
    world, chance = faults.world, faults.chance("hq_lost_twice")
    older = world.hq.back_up()

    def lose() -> None:
        _ask_for_all(faults, chance)
        newer = world.hq.back_up()
        if older is not None and newer is not None:
            _restore(world, older, "an older backup")
            after_ms = chance.randint(3 * HOUR_MS, DAY_MS // 2)
            world.schedule.after(after_ms, lambda: lose_again(newer))

    def lose_again(newer: int) -> None:
        _all_meet(faults)  # before all have told what they hold, it gives nothing
        _ask_for_all(faults, chance)
        _all_meet(faults)
        world.schedule.after(chance.randint(HOUR_MS, DAY_MS // 4), lambda: _restore(world, newer, "a newer backup"))

    world.schedule.after(chance.randint(HOUR_MS, DAY_MS), lose)


def _all_meet(faults: Faults) -> None:
    faults.rogue.send()
    for node in faults.nodes:
        node.round_if_free()


def _ask_for_all(faults: Faults, chance: Random) -> None:
    """HQ grants something to every terminal, and no answer arrives by itself."""
    world = faults.world
    for node in faults.nodes if world.hq.up else ():
        member = chance.choice(members(world.settings.terminals))
        _ask_in_vain(world.hq.hq, node.identity, GrantAsk(member=member, points=chance.randint(1, 50), after=0))


def _restore(world: Services, backup: int, which: str) -> None:
    world.hq.restore(backup)
    world.say("world", f"HQ is restored from {which}")


def _ask_in_vain(hq: Headquarters, who: Identity, wish: GrantAsk) -> None:
    def work(connection: Connection) -> None:
        asker = terminals.one(connection, who.device, who.epoch)
        if asker is not None:
            leases.ask(connection, asker, wish.model_copy(update={"after": asker.granted}), hq.rules())

    hq.database.repeated(work)
