"""One world from one seed: built, lived through for some days with all its faults, healed, and looked over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from terminal.bench.simulation.chain import START_MS, make_chain
from terminal.bench.simulation.disk import Disk
from terminal.bench.simulation.disk_faults import forget_with_hq
from terminal.bench.simulation.everyday import EverydayPeople, Outages, habits
from terminal.bench.simulation.faults import Faults
from terminal.bench.simulation.healing import heal
from terminal.bench.simulation.hunters import Hunters
from terminal.bench.simulation.invariants import INVARIANTS
from terminal.bench.simulation.mutants import product_of
from terminal.bench.simulation.people import People
from terminal.bench.simulation.policies import POLICIES
from terminal.bench.simulation.reference import Reference
from terminal.bench.simulation.rogue import Rogue
from terminal.bench.simulation.schedule import DAY_MS, Schedule
from terminal.bench.simulation.services import Services
from terminal.bench.simulation.settings import Settings
from terminal.bench.simulation.tally import Tally, Violation
from terminal.bench.simulation.template import Template
from terminal.bench.simulation.terminal_node import TerminalNode
from terminal.bench.simulation.till_process import DIRECTORY
from terminal.bench.simulation.trace import Trace

NEW = 20  # of a hundred terminals, that have no directory yet


@dataclass(frozen=True)
class Lived:
    """What became of a world. `terminal_days` is how long its terminals were simulated, together."""

    settings: Settings
    tally: Tally
    violations: tuple[Violation, ...]
    trace: Trace
    terminal_days: int


def live(settings: Settings, template: Template, folder: Path) -> Lived:
    """Live through a world whose files are under `folder`, an empty folder that may be thrown away afterwards."""
    with _services(settings, template, folder) as world, ExitStack() as stack:
        nodes = [TerminalNode(world, identity) for identity in template.identities]
        stack.callback(_switch_off, nodes)
        _lay_out(world, nodes, template)
        rogue = Rogue(world, template.rogue)
        plan = _everyday(world, nodes) if settings.world == "everyday" else _hostile(world, nodes, rogue)
        for node in nodes:
            node.power_on()
        world.hq.after_restore.append(lambda: forget_with_hq(world, nodes))
        for day in range(settings.days):
            if world.violations:
                break
            world.hq.back_up()
            world.hq.work()
            world.hq.work_at_night()
            for part in plan:
                part.plan_day()
            world.schedule.run_until(world.schedule.now_ms + DAY_MS)
            plan[-1].end_day(day)
        if settings.policy is None:
            heal(world, nodes, rogue)
            look_over(world, nodes)
        world.tally.operations, world.tally.overspent = world.reference.operations, world.reference.overspent
        terminal_days = settings.terminals * settings.days
        return Lived(settings, world.tally, tuple(world.violations), world.trace, terminal_days)


def _hostile(world: Services, nodes: list[TerminalNode], rogue: Rogue) -> tuple[People, Hunters, Faults]:
    people = People(world, nodes, habits(world.settings.terminals).home)
    return people, Hunters(world, nodes, people), Faults(world, nodes, rogue, people)


def _everyday(world: Services, nodes: list[TerminalNode]) -> tuple[People, Outages]:
    return EverydayPeople(world, nodes, habits(world.settings.terminals)), Outages(world, nodes)


def _lay_out(world: Services, nodes: list[TerminalNode], template: Template) -> None:
    """Some terminals are new and know nothing; the others have met HQ before."""
    chance = world.chance("directories")
    for node in nodes:
        if world.settings.world == "everyday" or chance.randrange(100) >= NEW:
            template.copy_directory(node.folder / DIRECTORY)


def _switch_off(nodes: list[TerminalNode]) -> None:
    for node in nodes:
        if node.on:
            node.close()


def look_over(world: Services, nodes: list[TerminalNode]) -> None:
    """Check every invariant that must hold once all is healed; the first that does not ends the world."""
    for name, broken in INVARIANTS.items():
        if world.violations:
            return
        world.tally.checks[name] += 1
        for text, touches in broken(world, nodes):
            world.violate(name, text, *touches)
            break


@contextmanager
def _services(settings: Settings, template: Template, folder: Path) -> Iterator[Services]:
    template.copy_hq(folder / "hq")
    schedule, product = Schedule(START_MS), product_of(settings)
    sizes = POLICIES[settings.policy or "shares"].sizes
    opening = {member.id: member.points for member in make_chain(settings.terminals).members}
    with Disk("simulated") as disk:
        hq = product.hq(folder / "hq", lambda: schedule.now_ms, sizes)
        try:
            yield Services(settings, folder, product, schedule, disk, hq, Trace(START_MS), Reference(opening))
        finally:
            hq.close()
