"""Ordinary weeks in a chain: people who shop mostly at home, short outages of single stores, and a few who cheat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from terminal.bench.simulation.chain import basket_lines, make_chain
from terminal.bench.simulation.counter import Act, Wish
from terminal.bench.simulation.hq_knows import holders_to_answer
from terminal.bench.simulation.people import CLOSED_MS, OPEN_MS, USES, People
from terminal.bench.simulation.schedule import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from terminal.bench.simulation.services import Services
from terminal.bench.simulation.terminal_node import TerminalNode

VISITS = (1, 3)  # a day for each terminal
AT_HOME, AT_SECOND = 80, 15  # of a hundred visits; the others go anywhere
SPENDS = 75  # of a hundred visits, with points if there are enough
SMALL, MIDDLE = 50, 35  # of a hundred redemptions: up to 500 points; up to half of what there is; the others all of it
CHEATS = 5  # of a hundred days of a chain, on which somebody spends the same points at many tills
TRIES = 2  # more, where the line is up
ROUND_MS = 3 * HOUR_MS
# Of a thousand days of a store, how many begin an outage of both its lanes, and how long it is at least and at most.
OUTAGES = (
    (300, 5 * MINUTE_MS, HOUR_MS),
    (120, HOUR_MS, 8 * HOUR_MS),
    (30, DAY_MS, DAY_MS),
    (8, 7 * DAY_MS, 7 * DAY_MS),
)


@dataclass(frozen=True)
class Habits:
    """Where each member shops most, and where besides."""

    home: dict[str, str]
    second: dict[str, str]


def habits(terminals: int) -> Habits:
    people = make_chain(terminals).members
    home = {member.id: member.home_store for member in people}
    return Habits(home, {member.id: member.second_store or home[member.id] for member in people})


class EverydayPeople(People):
    """Who is refused where the line is up asks again, when what lay elsewhere has come back: where HQ is reached
    that takes a moment."""

    def __init__(self, world: Services, nodes: Sequence[TerminalNode], habits: Habits) -> None:
        super().__init__(world, nodes, habits.home)
        self._habits = habits
        self._tries: Counter[str] = Counter()  # before that, by intent

    def plan_day(self) -> None:
        for _ in range(sum(self._chance.randint(*VISITS) for _ in self._nodes)):
            member = self._chance.choice(self._members)
            self._plan_visit(self._chance.choice(self._lanes(member)), member)
        if self._chance.randrange(100) < CHEATS:
            self._plan_run()
        for node in self._nodes:
            for start_ms in range(OPEN_MS, CLOSED_MS, ROUND_MS):
                self._meet(node, start_ms + self._chance.randrange(ROUND_MS))

    def _plan_visit(self, node: TerminalNode, member: str) -> None:
        self._world.schedule.after(self._some_time(), lambda: self._visit(node, self._wish_of(member)))

    def _lanes(self, member: str) -> list[TerminalNode]:
        """Those of the store that the member goes to this time."""
        turn = self._chance.randrange(100)
        store = self._chance.choice(self._nodes).identity.store
        if turn < AT_HOME:
            store = self._habits.home[member]
        elif turn < AT_HOME + AT_SECOND:
            store = self._habits.second[member]
        return [node for node in self._nodes if node.identity.store == store]

    def _wish_of(self, member: str) -> Wish:
        lines, there = basket_lines(self._chance), self._balance(member, "points")
        most = min(there, sum(line.gross for line in lines) // 2)
        points = self._redeemed(there) if self._chance.randrange(100) < SPENDS else 0
        return Wish(self.intent(), Act.BUY, member, lines, min(points, most) // USES * USES)

    def _redeemed(self, there: int) -> int:
        kind = self._chance.randrange(100)
        if kind < SMALL:
            return self._chance.randint(1, 5) * USES
        return self._chance.randint(USES, max(USES, there // 2)) if kind < SMALL + MIDDLE else there

    def place(self, node: TerminalNode, member: str) -> str:
        """What the store is to the member."""
        if node.identity.store == self._habits.home[member]:
            return "home"
        return "second" if node.identity.store == self._habits.second[member] else "elsewhere"

    def _visit(self, node: TerminalNode, wish: Wish) -> None:
        if not node.on or node.serving:
            if node.on:
                self.come(node, wish, MINUTE_MS)
            return
        served = self._at_counter(node, wish)
        if served is None:
            return
        refused, cut = wish.spends and served.receipt is None, self._cut(node)
        if refused and not cut and self._tries[wish.intent] < TRIES:
            self._once_more(node, wish)
            return
        if wish.spends:
            self._count(node, wish, served)
        if refused:
            self._visit(node, replace(wish, points=0, value=0, intent=self.intent()))
        self._meet(node, self._chance.randint(SECOND_MS, MINUTE_MS))

    def _once_more(self, node: TerminalNode, wish: Wish) -> None:
        """HQ has recalled what lies elsewhere; who is reached hears of it at once."""
        asked = holders_to_answer(self._world.hq)
        for other in self._nodes:
            if other.identity.device in asked:
                self._world.schedule.after(SECOND_MS, other.hear_news)
        again = replace(wish, intent=self.intent())
        self._tries[again.intent] = self._tries[wish.intent] + 1
        self.come(node, again, 10 * SECOND_MS)

    def _meet(self, node: TerminalNode, after_ms: int) -> None:
        """Let a terminal have a round soon, unless it cannot reach HQ."""

        def meet() -> None:
            if node.on and not node.busy and not self._cut(node):
                node.round_now()
                self._send_answers(node)

        self._world.schedule.after(after_ms, meet)

    def _send_answers(self, node: TerminalNode) -> None:
        """What the till has answered to recalls goes out at once."""
        if node.on:
            position = node.till.reader.position()
            if position.head > position.acked:
                node.nudge()

    def _cut(self, node: TerminalNode) -> bool:
        return node.name in self._world.network.line.cut


class Outages:
    """Stores that reach nobody for a while; nothing else goes wrong."""

    def __init__(self, world: Services, nodes: Sequence[TerminalNode]) -> None:
        self._world, self._chance = world, world.chance("outages")
        stores = sorted({node.identity.store for node in nodes})
        self._lanes = [[node for node in nodes if node.identity.store == store] for store in stores]

    def plan_day(self) -> None:
        for lanes in self._lanes:
            for often, least_ms, most_ms in OUTAGES:
                if self._chance.randrange(1000) < often:
                    start_ms, span_ms = self._chance.randrange(CLOSED_MS), self._chance.randint(least_ms, most_ms)
                    self._world.schedule.after(start_ms, partial(self._cut, lanes, span_ms))

    def end_day(self, day: int) -> None:
        """Nights are quiet."""

    def _cut(self, lanes: list[TerminalNode], span_ms: int) -> None:
        self._world.fault("outage")
        names = {node.name for node in lanes}
        cut = self._world.network.line.cut
        if names & cut:
            return
        self._world.say("world", f"{', '.join(sorted(names))} reach nobody for {span_ms // MINUTE_MS} minutes")
        cut.update(names)
        self._world.schedule.after(span_ms, lambda: self._mend(lanes))

    def _mend(self, lanes: list[TerminalNode]) -> None:
        for node in lanes:
            self._world.network.line.cut.discard(node.name)
            if node.on and not node.busy:
                node.round_now()
