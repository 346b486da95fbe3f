"""`python -m tests.model OPERATIONS SEED`: the long run, on SQLite and PostgreSQL, in plays of a thousand steps."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import click

from tests.model.play import opened
from tests.postgres import postgres

STEPS = 1000


def main(wanted: int, seed: int) -> None:
    done: Counter[str] = Counter()
    operations = plays = 0
    begun = time.monotonic()
    with postgres() as server:
        while operations < wanted:
            url = server.create("model")
            with (
                tempfile.TemporaryDirectory() as folder,
                opened(Path(folder), ["sqlite:///hq.db", url], seed * 1_000_003 + plays) as play,
            ):
                play.run(STEPS)
                operations += sum(till.ledger.head().seq for till in play.tills)
            server.drop("model")
            plays += 1
            done += play.done
    said = {"plays": plays, "steps": done.total(), "operations": operations, "done": dict(sorted(done.items()))}
    click.echo(json.dumps({**said, "seed": seed, "seconds": round(time.monotonic() - begun)}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
