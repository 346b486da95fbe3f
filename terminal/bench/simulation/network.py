"""The line between terminals and HQ: what is sent may be lost, come twice, come late or out of order, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from random import Random

from hq.route import Request
from terminal.bench.simulation.hq_node import HqNode
from terminal.bench.simulation.schedule import HOUR_MS, SECOND_MS, Schedule
from terminal.sync.failures import Unreachable
from terminal.sync.transport import Answer

QUICK_MS = (20, 200)
SLOW_MS = (1000, 9000)
PATIENCE_MS = 10 * SECOND_MS  # of a terminal for an answer
LATEST_MS = 2 * HOUR_MS  # after which a request that went astray comes to HQ


class PoweredOff(BaseException):
    """The machine that was waiting has lost its power: nothing of its program goes on."""


class Fate(Enum):
    """What becomes of one exchange on a rough line; the names are those of the faults in a report."""

    FINE = "fine"
    DELAY = "delay"
    REQUEST_LOST = "request_lost"
    ANSWER_LOST = "answer_lost"
    REPEATED = "repeated"  # HQ gets the request once more, later
    REORDERED = "reordered"  # HQ gets it when the terminal has long given up and sent others


@dataclass
class Line:
    """How the lines are now: `cut` are the terminals that reach nobody, `rough` is the percentage of bad fates."""

    cut: set[str]
    rough: int = 0


class Network:
    """Carries requests. `count` is told of each fault, `alive` of a caller says whether it still has power."""

    def __init__(self, schedule: Schedule, hq: HqNode, chance: Random, count: Callable[[str], None]) -> None:
        self._schedule, self._hq, self._chance, self._count = schedule, hq, chance, count
        self.line = Line(set())

    def carry(self, who: str, alive: Callable[[], bool], request: Request) -> Answer:
        """One exchange; time passes meanwhile. Raises Unreachable or PoweredOff."""
        self.must_lead(who, alive)
        fate = self._fate()
        self._wait(alive, self._chance.randint(*(SLOW_MS if fate is Fate.DELAY else QUICK_MS)))
        if fate in (Fate.REQUEST_LOST, Fate.REORDERED):
            if fate is Fate.REORDERED:
                self._later(request)
            self._give_up(alive)
        answer = self._hq.answer(request)
        if fate is Fate.REPEATED:
            self._later(request)
        if answer is None or fate is Fate.ANSWER_LOST:
            self._give_up(alive)
        self._wait(alive, self._chance.randint(*QUICK_MS))
        if answer is None or who in self.line.cut:
            raise Unreachable("HQ does not answer: the line was cut")
        return Answer(answer.status, answer.headers, answer.body)

    def must_lead(self, who: str, alive: Callable[[], bool]) -> None:
        """Raises Unreachable if the line of `who` is cut."""
        if who in self.line.cut:
            self._wait(alive, self._chance.randint(*QUICK_MS))
            raise Unreachable("HQ does not answer: the line is cut")

    def _fate(self) -> Fate:
        if self._chance.randrange(100) >= self.line.rough:
            return Fate.FINE
        fate = self._chance.choice([fate for fate in Fate if fate is not Fate.FINE])
        self._count(fate.value)
        return fate

    def _later(self, request: Request) -> None:
        self._schedule.after(self._chance.randint(SECOND_MS, LATEST_MS), lambda: self._deliver(request))

    def _deliver(self, request: Request) -> None:
        """To an HQ that answers into the void."""
        self._hq.answer(request)

    def _give_up(self, alive: Callable[[], bool]) -> None:
        self._wait(alive, PATIENCE_MS)
        raise Unreachable("HQ does not answer in time")

    def _wait(self, alive: Callable[[], bool], span_ms: int) -> None:
        self._schedule.pass_time(span_ms)
        if not alive():
            raise PoweredOff


class SimulatedTransport:
    """What `terminal.sync.hq_client.HqClient` speaks through, for the terminal `who`."""

    def __init__(self, network: Network, who: str, alive: Callable[[], bool]) -> None:
        self._network, self._who, self._alive = network, who, alive

    def exchange(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, dated: bool, wait_s: float = 0
    ) -> Answer:
        lower = {name.lower(): value for name, value in headers.items()}
        return self._network.carry(self._who, self._alive, Request(method, target, lower, body or b""))

    def must_lead(self) -> None:
        """Raises Unreachable if the line is cut: all that would come of a request now."""
        self._network.must_lead(self._who, self._alive)

    def rest(self) -> None:
        """There is nothing to let go of."""
