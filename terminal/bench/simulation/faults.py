"""What goes wrong in a world, each kind with how often; every fault of the table in sync.md is here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from random import Random

from hq.terminals import State
from terminal.bench.simulation.chain import members
from terminal.bench.simulation.rogue import Rogue
from terminal.bench.simulation.schedule import DAY_MS, HOUR_MS, MINUTE_MS
from terminal.bench.simulation.services import Services
from terminal.bench.simulation.terminal_node import TerminalNode

YEAR_MS = 365 * DAY_MS
DARK_MONTH = "dark_month"
GARBAGE = b"this is not a database" * 40


class Faults:
    """Plans the faults of each day; `often` is the expected number a thousand terminal-days."""

    def __init__(self, world: Services, nodes: Sequence[TerminalNode], rogue: Rogue) -> None:
        self._world, self._nodes, self._rogue = world, nodes, rogue

    def plan_day(self) -> None:
        for kind, (often, act) in KINDS.items():
            if not self._may(kind):
                continue
            chance = self._world.chance(f"fault {kind}")
            for _ in range(len(self._nodes)):
                if chance.randrange(1000) < often:
                    self._plan(kind, act, chance.randint(0, DAY_MS - 1))

    def end_day(self, day: int) -> None:
        """In some worlds everybody is in the dark for more than 30 days between two days of business, and at the
        beginning of the second."""
        chance = self.chance(DARK_MONTH)
        if day == 0 and self._may(DARK_MONTH) and self._world.settings.days > 1 and chance.randrange(5) == 0:
            self._world.fault(DARK_MONTH)
            self._world.say("world", "nobody reaches HQ for a month")
            cut = self._world.network.line.cut
            cut.update(node.name for node in self._nodes)
            self._world.schedule.run_until(self._world.schedule.now_ms + 30 * DAY_MS + chance.randint(0, 2 * DAY_MS))
            for node in self._nodes:
                self._world.schedule.after(chance.randint(0, DAY_MS), partial(cut.discard, node.name))

    def _may(self, kind: str) -> bool:
        wanted = self._world.settings.faults
        return wanted is None or kind in wanted

    def _plan(self, kind: str, act: Callable[[Faults, TerminalNode], None], after_ms: int) -> None:
        def happen() -> None:
            node = self.chance(kind).choice(self._nodes)
            self._world.fault(kind)
            self._world.say(node.name, f"fault: {kind}")
            act(self, node)

        self._world.schedule.after(after_ms, happen)

    def chance(self, kind: str) -> Random:
        return self._world.chance(f"fault {kind}")

    def rough_line(self, _node: TerminalNode) -> None:
        self._world.network.line.rough = 30
        self._world.schedule.after(self.chance("rough_line").randint(HOUR_MS, 12 * HOUR_MS), self._smooth)

    def _smooth(self) -> None:
        self._world.network.line.rough = 0

    def partition(self, node: TerminalNode) -> None:
        cut = self._world.network.line.cut
        cut.add(node.name)
        hours = self.chance("partition").choice((2, 12, 30, 60, 200))
        self._world.schedule.after(hours * HOUR_MS, lambda: cut.discard(node.name))

    def power_cut(self, node: TerminalNode) -> None:
        chance = self.chance("power_cut")
        node.power_off()
        if chance.randrange(4) == 0:
            node.forget_directory(chance.choice((None, GARBAGE)))
        self._world.schedule.after(chance.choice((MINUTE_MS, 3 * HOUR_MS)), node.power_on)

    def power_cut_in_act(self, node: TerminalNode) -> None:
        node.cut_at_sync = self.chance("power_cut_in_act").randint(1, 3)

    def clock_jump(self, node: TerminalNode) -> None:
        chance = self.chance("clock_jump")
        node.machine.set_ahead(chance.choice((-YEAR_MS, YEAR_MS, -HOUR_MS, 3 * DAY_MS)))
        self._world.schedule.after(chance.randint(HOUR_MS, 3 * DAY_MS), lambda: node.machine.set_ahead(0))

    def dead_battery(self, node: TerminalNode) -> None:
        node.machine.battery_dead = True
        self.power_cut(node)

    def hq_crash_before_commit(self, _node: TerminalNode) -> None:
        self._crash("before_commit")

    def hq_crash_after_commit(self, _node: TerminalNode) -> None:
        self._crash("after_commit")

    def _crash(self, when: str) -> None:
        self._world.hq.crash_next(when)
        self._world.schedule.after(12 * HOUR_MS, self._world.hq.start)

    def hq_down(self, _node: TerminalNode) -> None:
        self._world.hq.down()
        self._world.schedule.after(self.chance("hq_down").randint(MINUTE_MS, DAY_MS), self._world.hq.start)

    def terminal_suspended(self, node: TerminalNode) -> None:
        """HQ suspends a terminal for a while: it may spend no lease from its next contact on."""
        hq, device = self._world.hq, node.identity.device
        hq.set_terminal_state(device, State.SUSPENDED)
        after_ms = self.chance("terminal_suspended").randint(HOUR_MS, 2 * DAY_MS)
        self._world.schedule.after(after_ms, lambda: hq.set_terminal_state(device, State.ACTIVE))

    def hq_restored(self, _node: TerminalNode) -> None:
        """HQ is lost and comes back from a backup of some day: a new generation."""
        days = self._world.hq.backups()
        if days:
            self._world.hq.restore(self.chance("hq_restored").choice(days))
            self._world.say("world", "HQ is restored from a backup")

    def disk_copied(self, node: TerminalNode) -> None:
        """The disk is copied, and the copy put back after a while: a clone, or an old card."""
        node.keep_image()
        after_ms = self.chance("disk_copied").randint(HOUR_MS, 2 * DAY_MS)
        self._world.schedule.after(after_ms, lambda: self._put_back(node))

    def _put_back(self, node: TerminalNode) -> None:
        if node.roll_back():
            self._world.fault("disk_rolled_back")
            self._world.say(node.name, "the disk is that of another day")

    def member_blocked(self, _node: TerminalNode) -> None:
        """HQ blocks a member for a while; shops that do not hear of it go on selling."""
        chance = self.chance("member_blocked")
        member = chance.choice(members(self._world.settings.terminals))
        self._world.hq.set_member_state(member, "blocked")
        later = chance.randint(HOUR_MS, DAY_MS)
        self._world.schedule.after(later, lambda: self._world.hq.set_member_state(member, "active"))

    def poison(self, _node: TerminalNode) -> None:
        """A terminal with a broken release sends what is no operation, signed and chained as it should be."""
        self._rogue.speak()


Act = Callable[[Faults, TerminalNode], None]
KINDS: dict[str, tuple[int, Act]] = {
    "rough_line": (100, Faults.rough_line),
    "partition": (150, Faults.partition),
    "power_cut": (100, Faults.power_cut),
    "power_cut_in_act": (200, Faults.power_cut_in_act),
    "clock_jump": (60, Faults.clock_jump),
    "dead_battery": (20, Faults.dead_battery),
    "hq_crash_before_commit": (60, Faults.hq_crash_before_commit),
    "hq_crash_after_commit": (60, Faults.hq_crash_after_commit),
    "hq_down": (30, Faults.hq_down),
    "hq_restored": (60, Faults.hq_restored),
    "terminal_suspended": (40, Faults.terminal_suspended),
    "disk_copied": (40, Faults.disk_copied),
    "member_blocked": (60, Faults.member_blocked),
    "poison": (100, Faults.poison),
}
