"""`python -m tests.model OPERATIONS SEED`: the long run, on SQLite and PostgreSQL, in plays of a thousand steps.

It says how many operations the terminals made and how fast, and every violation with the seed of its play. Ends with 1
if there is any.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import click

from terminal.bench.crash.states import MEMORY
from tests.model.hq_steps import STEPS
from tests.model.play import opened
from tests.postgres import postgres

EACH = 1000  # steps


def main(wanted: int, seed: int) -> int:
    said: dict[str, Any] = {"seed": seed, "plays": 0, "steps": 0, "operations": 0, "violations": []}
    met: Counter[str] = Counter()
    begun = time.monotonic()
    with postgres() as server:
        while said["operations"] < wanted:
            url = server.create("model")
            _play(url, seed * 1_000_003 + said["plays"], said, met)
            server.drop("model")
            said["plays"] += 1
    seconds = time.monotonic() - begun
    rate = {"seconds": round(seconds), "operations_per_s": round(said["operations"] / seconds, 1)}
    click.echo(json.dumps({**said, **rate, "met": dict(sorted(met.items()))}))
    return 1 if said["violations"] else 0


def _play(url: str, seed: int, said: dict[str, Any], met: Counter[str]) -> None:
    """One play; what it did is added to what is said."""
    with (
        tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder,
        opened(Path(folder), ["sqlite:///hq.db", url], seed) as play,
    ):
        try:
            play.run(EACH, STEPS)
        except AssertionError as error:
            said["violations"].append({"seed": seed, "step": play.done.total(), "what": str(error)[:500]})
        said["steps"] += play.done.total()
        said["operations"] += sum(till.ledger.head().seq for till in play.tills)
        met.update(play.met)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
