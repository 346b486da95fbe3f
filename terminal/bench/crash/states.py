"""Crash states: a day on a recording disk, then every kind of disk that a power cut may leave, opened and judged."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from terminal.bench.crash.apsw_disk import RecordingDisk
from terminal.bench.crash.cuts import Disk, states
from terminal.bench.crash.day import Day, open_ledger
from terminal.bench.crash.judge import Judge
from terminal.bench.crash.ledger_look import NAME, LedgerLook
from terminal.bench.crash.record import Acknowledged, Record, Sync
from terminal.store.ledger import Ledger

MEMORY = Path("/dev/shm")
ACTS = 40
EACH_DAY = 1_000  # states; then comes another day
SHOWN = 20

Weaken = Callable[[Ledger], None]


def _honest(_ledger: Ledger) -> None:
    """Nothing is weakened."""


@dataclass
class Found:
    """`moments` are the acts of all days; `states` were opened and judged, each different from the others of its
    moment; `violations` counts by kind, and `wrong` says what is wrong with the first of them."""

    days: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    events: int = 0
    syncs: int = 0
    states: int = 0
    violations: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        counted = {"acts": dict(sorted(self.acts.items())), "violations": dict(sorted(self.violations.items()))}
        return {**self.__dict__, **counted}


def run(wanted: int, seed: int, weaken: Weaken = _honest, hasty: bool = False) -> Found:
    """Judge `wanted` states. The same seed gives the same days and the same states.

    `weaken` is done to each ledger that is opened, and `hasty` answers before the act: the controls.
    """
    found = Found()
    with tempfile.TemporaryDirectory(prefix="stillpoint-crash-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        while found.states < wanted:
            day_seed = seed * 1_000_003 + found.days
            record = _recorded(Path(folder), day_seed, weaken, hasty, found)
            before = found.states
            _judge_all(record, min(EACH_DAY, wanted - found.states), day_seed, Path(folder), found)
            assert found.states > before, "the day left no state"
    return found


def _recorded(folder: Path, seed: int, weaken: Weaken, hasty: bool, found: Found) -> Record:
    record, place = Record(), folder / f"day-{found.days}"
    place.mkdir()
    with RecordingDisk(f"recording-{os.getpid()}", record, seed) as disk:

        def opened() -> Ledger:
            ledger = open_ledger(place / NAME, disk.name)
            weaken(ledger)
            return ledger

        day = Day(opened, Random(seed), record.acknowledged)
        day.play(ACTS)
    found.days += 1
    found.acts += day.done
    if hasty:
        record.events = _answered_early(record)
    return record


def _answered_early(record: Record) -> list[Any]:
    """The control: each answer leaves before the act's last sync has been asked for."""
    events = list(record.events)
    for at, event in enumerate(record.events):
        if isinstance(event, Acknowledged) and event.act and not isinstance(events[at - 1], Acknowledged):
            events[at - 1], events[at] = events[at], events[at - 1]
    return events


def _judge_all(record: Record, wanted: int, seed: int, folder: Path, found: Found) -> None:
    place = folder / "state"
    place.mkdir(exist_ok=True)
    judge_record(record, Judge(place, LedgerLook()), wanted, seed, found)


def judge_record(record: Record, judge: Judge, wanted: int, seed: int, found: Found) -> None:
    """Learn from the record what each act leaves, then judge about `wanted` states of it."""
    disk = Disk()
    for event in record.events:
        disk.take(event)
        if isinstance(event, Acknowledged):
            judge.learn(disk.image(disk.changes, len(disk.renames), None))
    found.events += len(record.events)
    found.syncs += sum(isinstance(event, Sync) for event in record.events)
    chance = Random(seed)
    for state in states(record, wanted, seed):
        if state.acknowledged < 0:
            continue
        wrong = judge.judge(state, chance if chance.randrange(4) == 0 else None)
        found.states += 1
        if wrong:
            found.violations[wrong.kind] += 1
            found.wrong += [f"day {found.days - 1}, {wrong.sentence}"][: SHOWN - len(found.wrong)]
