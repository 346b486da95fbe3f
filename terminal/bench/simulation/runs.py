"""Many worlds, one after the other, on as many processes as are wanted; each has its seed and nothing else."""

from __future__ import annotations

import gc
import logging
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from terminal.bench.simulation.settings import Settings
from terminal.bench.simulation.spread import Spread
from terminal.bench.simulation.tally import CUT, GIVEN, Tally
from terminal.bench.simulation.template import Template, make_template
from terminal.bench.simulation.world import Lived, live

MEMORY = Path("/dev/shm")  # a disk that costs nothing to sync, where there is one
SELDOM = (20_000, 20, 50)  # garbage is collected: HQ's statements are many small objects, hardly ever in a circle
CHUNK = 5  # seeds that a process lives through before it reports


class Bed:
    """A folder for worlds of one size, with their template."""

    def __init__(self, folder: Path, terminals: int) -> None:
        self._folder = folder
        with _apart():
            self._template: Template = make_template(folder / "template", terminals)

    def live(self, settings: Settings) -> Lived:
        """One world; nothing of its files is left. What the product logs of broken lines and disks is not shown."""
        folder = self._folder / "world"
        folder.mkdir()
        try:
            with _apart():
                return live(settings, self._template, folder)
        finally:
            shutil.rmtree(folder)


@contextmanager
def bed(terminals: int) -> Iterator[Bed]:
    """A bed in memory if possible."""
    where = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="stillpoint-simulation-", dir=where) as folder:
        yield Bed(Path(folder), terminals)


@contextmanager
def _apart() -> Iterator[None]:
    """Silence, and seldom a collection, for as long as a world lasts: a bed may stand while its process does more."""
    before, threshold = logging.root.manager.disable, gc.get_threshold()
    logging.disable(logging.CRITICAL)
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*threshold)
        logging.disable(before)


@dataclass
class Outcome:
    """What came of many worlds. `broken` are the settings of those in which a rule did not hold."""

    seeds: int = 0
    terminal_days: int = 0
    tally: Tally = field(default_factory=Tally)
    violations: dict[str, int] = field(default_factory=dict)
    broken: list[tuple[Settings, str]] = field(default_factory=list)
    given: Spread = field(default_factory=Spread)  # of all redemptions
    given_cut: Spread = field(default_factory=Spread)  # of those while the line was cut

    def add(self, other: Outcome) -> None:
        self.seeds += other.seeds
        self.terminal_days += other.terminal_days
        self.tally.add(other.tally)
        for name, count in other.violations.items():
            self.violations[name] = self.violations.get(name, 0) + count
        self.broken += other.broken
        self.given.add(other.given)
        self.given_cut.add(other.given_cut)


def simulate(settings: Settings, seeds: int, jobs: int = 1, most_broken: int | None = None) -> Outcome:
    """The worlds of `seeds` seeds from that of `settings`; ends early after `most_broken` worlds with a violation."""
    total = Outcome()
    for outcome in _outcomes(settings, seeds, jobs):
        total.add(outcome)
        if most_broken is not None and len(total.broken) >= most_broken:
            break
    return total


def _outcomes(settings: Settings, seeds: int, jobs: int) -> Iterable[Outcome]:
    last = settings.seed + seeds
    spans = [(settings, start, min(start + CHUNK, last)) for start in range(settings.seed, last, CHUNK)]
    if jobs == 1:
        yield from map(_span, spans)
        return
    with ProcessPoolExecutor(jobs) as pool:
        try:
            yield from pool.map(_span, spans)
        finally:
            pool.shutdown(cancel_futures=True)


def _span(span: tuple[Settings, int, int]) -> Outcome:
    settings, start, end = span
    total = Outcome()
    with bed(settings.terminals) as worlds:
        for seed in range(start, end):
            lived = worlds.live(replace(settings, seed=seed))
            total.add(_of(lived))
    return total


def _of(lived: Lived) -> Outcome:
    names = [violation.invariant for violation in lived.violations[:1]]
    broken = [(lived.settings, name) for name in names]
    tally = lived.tally
    given = Spread.of(tally.accepted, tally.wished)
    given_cut = Spread.of(tally.of_line(CUT, GIVEN), tally.of_line(CUT))
    return Outcome(1, lived.terminal_days, tally, dict.fromkeys(names, 1), broken, given, given_cut)
