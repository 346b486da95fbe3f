"""Days of work, each recorded from its own seed, and judged until enough states were seen."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from terminal.bench.crash.judge import Judge
from terminal.bench.crash.record import Record
from terminal.bench.crash.states import MEMORY, Found, judge_record

Play = Callable[[Path, int], Record]


def judge_days(wanted: int, seed: int, each_day: int, play: Play, judge: Callable[[Path], Judge]) -> Found:
    """Judge `wanted` states, at most `each_day` of a day. `play` makes a folder and gives the record of a day in it;
    `judge` looks at states in a folder that is there."""
    found = Found()
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        place = Path(folder)
        (place / "state").mkdir()
        while found.states < wanted:
            day_seed = seed * 1_000_003 + found.days
            record = play(place / f"day-{found.days}", day_seed)
            found.days += 1
            judge_record(record, judge(place / "state"), min(each_day, wanted - found.states), day_seed, found)
    return found
