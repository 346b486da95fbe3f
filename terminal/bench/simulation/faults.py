"""What goes wrong in a world, each kind with how often; every fault of the table in sync.md is here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random

from hq.headquarters import Headquarters
from hq.terminals import State
from terminal.bench.simulation.chain import members
from terminal.bench.simulation.disk_faults import card_cloned, hq_lost_twice, re_imaged, rolled_back_with_hq
from terminal.bench.simulation.office import set_member_state, set_terminal_state
from terminal.bench.simulation.people import People
from terminal.bench.simulation.receipt_faults import receipt_carried
from terminal.bench.simulation.release_faults import goods_forgotten, hq_older, rounds_together, terminal_older
from terminal.bench.simulation.rogue import Rogue
from terminal.bench.simulation.schedule import DAY_MS, HOUR_MS, MINUTE_MS
from terminal.bench.simulation.services import Services
from terminal.bench.simulation.terminal_node import TerminalNode

YEAR_MS = 365 * DAY_MS
DARK_MONTH = "dark_month"
GARBAGE = b"this is not a database" * 40


class Faults:
    """Plans the faults of each day; `often` is the expected number a thousand terminal-days."""

    def __init__(self, world: Services, nodes: list[TerminalNode], rogue: Rogue, people: People) -> None:
        self.world, self.nodes, self.rogue, self.people = world, nodes, rogue, people

    def plan_day(self) -> None:
        for kind, (often, act) in KINDS.items():
            if not self._may(kind):
                continue
            chance = self.world.chance(f"fault {kind}")
            for _ in range(len(self.nodes)):
                if chance.randrange(1000) < often:
                    self._plan(kind, act, chance.randint(0, DAY_MS - 1))

    def end_day(self, day: int) -> None:
        """In some worlds everybody is in the dark for more than 30 days between two days of business, and at the
        beginning of the second."""
        chance = self.chance(DARK_MONTH)
        if day == 0 and self._may(DARK_MONTH) and self.world.settings.days > 1 and chance.randrange(5) == 0:
            self.world.fault(DARK_MONTH)
            self.world.say("world", "nobody reaches HQ for a month")
            cut = self.world.network.line.cut
            cut.update(node.name for node in self.nodes)
            self.world.schedule.run_until(self.world.schedule.now_ms + 30 * DAY_MS + chance.randint(0, 2 * DAY_MS))
            for node in self.nodes:
                self.world.schedule.after(chance.randint(0, DAY_MS), partial(cut.discard, node.name))

    def _may(self, kind: str) -> bool:
        wanted = self.world.settings.faults
        return wanted is None or kind in wanted

    def _plan(self, kind: str, act: Callable[[Faults, TerminalNode], None], after_ms: int) -> None:
        def happen() -> None:
            node = self.chance(kind).choice(self.nodes)
            self.world.fault(kind)
            self.world.say(node.name, f"fault: {kind}")
            act(self, node)

        self.world.schedule.after(after_ms, happen)

    def chance(self, kind: str) -> Random:
        return self.world.chance(f"fault {kind}")

    def rough_line(self, _node: TerminalNode) -> None:
        self.world.network.line.rough = 30
        self.world.schedule.after(self.chance("rough_line").randint(HOUR_MS, 12 * HOUR_MS), self._smooth)

    def _smooth(self) -> None:
        self.world.network.line.rough = 0

    def partition(self, node: TerminalNode) -> None:
        cut = self.world.network.line.cut
        cut.add(node.name)
        hours = self.chance("partition").choice((2, 12, 30, 60, 200))
        self.world.schedule.after(hours * HOUR_MS, lambda: cut.discard(node.name))

    def power_cut(self, node: TerminalNode) -> None:
        chance = self.chance("power_cut")
        node.power_off()
        if chance.randrange(4) == 0:
            node.forget_directory(chance.choice((None, GARBAGE)))
        self.world.schedule.after(chance.choice((MINUTE_MS, 3 * HOUR_MS)), node.power_on)

    def power_cut_in_act(self, node: TerminalNode) -> None:
        node.cut_at_sync = self.chance("power_cut_in_act").randint(1, 3)

    def clock_jump(self, node: TerminalNode) -> None:
        chance = self.chance("clock_jump")
        node.machine.set_ahead(chance.choice((-YEAR_MS, YEAR_MS, -HOUR_MS, 3 * DAY_MS)))
        self.world.schedule.after(chance.randint(HOUR_MS, 3 * DAY_MS), lambda: node.machine.set_ahead(0))

    def dead_battery(self, node: TerminalNode) -> None:
        node.machine.battery_dead = True
        self.power_cut(node)

    def hq_crash_before_commit(self, _node: TerminalNode) -> None:
        self._crash("before_commit")

    def hq_crash_after_commit(self, _node: TerminalNode) -> None:
        self._crash("after_commit")

    def _crash(self, when: str) -> None:
        self.world.hq.crash_next(when)
        self.world.schedule.after(12 * HOUR_MS, self.world.hq.start)

    def hq_down(self, _node: TerminalNode) -> None:
        self.world.hq.down()
        self.world.schedule.after(self.chance("hq_down").randint(MINUTE_MS, DAY_MS), self.world.hq.start)

    def terminal_suspended(self, node: TerminalNode) -> None:
        """HQ suspends a terminal for a while: it may spend no lease from its next contact on."""
        self._hold(node, State.SUSPENDED, self.chance("terminal_suspended"))

    def terminal_revoked(self, node: TerminalNode) -> None:
        """A terminal is stolen, HQ believes it nothing more, and it is found again after a while."""
        self._hold(node, State.REVOKED, self.chance("terminal_revoked"))

    def _hold(self, node: TerminalNode, state: State, chance: Random) -> None:
        device = node.identity.device
        self._at_hq(lambda hq: set_terminal_state(hq, device, state))

        def release() -> None:
            self._at_hq(lambda hq: set_terminal_state(hq, device, State.ACTIVE))

        self.world.schedule.after(chance.randint(HOUR_MS, 2 * DAY_MS), release)

    def _at_hq(self, act: Callable[[Headquarters], object]) -> None:
        """Somebody at HQ does something, if it is up."""
        if self.world.hq.up:
            act(self.world.hq.hq)

    def hq_restored(self, _node: TerminalNode) -> None:
        """HQ is lost and comes back from a backup of some day: a new generation."""
        backups = self.world.hq.backups()
        if backups:
            self.world.hq.restore(self.chance("hq_restored").choice(backups))
            self.world.say("world", "HQ is restored from a backup")

    def disk_copied(self, node: TerminalNode) -> None:
        """The disk is copied, and the copy put back after a while: a clone, or an old card."""
        node.keep_image()
        after_ms = self.chance("disk_copied").randint(HOUR_MS, 2 * DAY_MS)
        self.world.schedule.after(after_ms, lambda: self.put_back(node))

    def put_back(self, node: TerminalNode) -> None:
        """The disk that was copied comes back."""
        if node.roll_back():
            self.world.fault("disk_rolled_back")
            self.world.say(node.name, "the disk is that of another day")

    def member_blocked(self, _node: TerminalNode) -> None:
        """HQ blocks a member for a while; shops that do not hear of it go on selling."""
        chance = self.chance("member_blocked")
        member = chance.choice(members(self.world.settings.terminals))
        self._at_hq(lambda hq: set_member_state(hq, member, "blocked"))
        later = chance.randint(HOUR_MS, DAY_MS)
        self.world.schedule.after(later, lambda: self._at_hq(lambda hq: set_member_state(hq, member, "active")))

    def poison(self, _node: TerminalNode) -> None:
        """A terminal with a broken release sends what is no operation, signed and chained as it should be."""
        self.rogue.speak()


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
    "terminal_suspended": (30, Faults.terminal_suspended),
    "terminal_revoked": (20, Faults.terminal_revoked),
    "disk_copied": (40, Faults.disk_copied),
    "member_blocked": (60, Faults.member_blocked),
    "poison": (100, Faults.poison),
    "re_imaged": (40, re_imaged),
    "card_cloned": (20, card_cloned),
    "rolled_back_with_hq": (20, rolled_back_with_hq),
    "hq_lost_twice": (20, hq_lost_twice),
    "receipt_carried": (20, receipt_carried),
    "hq_older": (30, hq_older),
    "terminal_older": (40, terminal_older),
    "goods_forgotten": (40, goods_forgotten),
    "rounds_together": (40, rounds_together),
}
