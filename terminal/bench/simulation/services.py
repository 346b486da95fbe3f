"""What everything in one world shares: time, disk, line, HQ, the world's own ledger, and where it is written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random

from terminal.bench.simulation.disk import Disk
from terminal.bench.simulation.hq_node import HqNode
from terminal.bench.simulation.network import Network
from terminal.bench.simulation.product import Product
from terminal.bench.simulation.reference import Reference
from terminal.bench.simulation.schedule import Schedule
from terminal.bench.simulation.settings import Settings
from terminal.bench.simulation.tally import Tally, Violation
from terminal.bench.simulation.trace import Trace


@dataclass
class Services:
    """What every part of a world works with."""

    settings: Settings
    folder: Path
    product: Product
    schedule: Schedule
    disk: Disk
    hq: HqNode
    trace: Trace
    reference: Reference
    tally: Tally = field(default_factory=Tally)
    written_off: set[str] = field(default_factory=set)  # (device:epoch) that two operators have written off
    violations: list[Violation] = field(default_factory=list)
    _chances: dict[str, Random] = field(default_factory=dict)

    @cached_property
    def network(self) -> Network:
        return Network(self.schedule, self.hq, self.chance("network"), self.fault)

    def chance(self, what: str) -> Random:
        """A stream of its own for each subject, so that leaving one out changes the others little."""
        if what not in self._chances:
            self._chances[what] = Random(f"{self.settings.seed}/{what}")
        return self._chances[what]

    def say(self, who: str, what: str, *touches: str | None) -> None:
        self.trace.say(self.schedule.now_ms, who, what, *touches)

    def fault(self, kind: str) -> None:
        self.tally.faults[kind] += 1

    def violate(self, invariant: str, text: str, *touches: str | None) -> None:
        """A rule did not hold: the world ends here. With a policy named, worlds are lived through to be compared."""
        if self.settings.policy is not None:
            return
        self.say("world", f"VIOLATION {invariant}: {text}", *touches)
        self.violations.append(Violation(invariant, text, tuple(name for name in touches if name)))
        self.trace.end()
        self.schedule.stop()
