"""`stillpoint bench bootstrap` and `decide`: a directory of a million members, taken whole and used at the till."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import click

SEED = 7
MEMBERS = click.option("--members", type=click.IntRange(100, 5_000_000), default=1_000_000, show_default=True)
JSON = click.option("--json", "as_json", is_flag=True)


@click.command()
@MEMBERS
@JSON
def bootstrap(members: int, as_json: bool) -> None:
    """HQ's snapshot of all members, from its chunks to a directory that is verified and open; the line is left out."""
    from terminal.bench import bootstrap_bench

    with tempfile.TemporaryDirectory(prefix="stillpoint-bench-") as folder:
        result = bootstrap_bench.measure(Path(folder), members, SEED)
    _print("bootstrap", result, as_json)


@click.command()
@MEMBERS
@click.option("--operations", type=click.IntRange(1, 100_000), default=24_500, show_default=True, help="In the ledger.")
@click.option("--samples", type=click.IntRange(20, 100_000), default=2000, show_default=True)
@JSON
def decide(members: int, operations: int, samples: int, as_json: bool) -> None:
    """From a tap to the light, with all members in the directory and 35 days in the ledger, beside bare SQLite."""
    from terminal.bench import decide_bench

    with tempfile.TemporaryDirectory(prefix="stillpoint-bench-") as folder:
        result = decide_bench.measure(Path(folder), members, operations, samples, SEED)
    _print("decide", result, as_json)


def _print(bench: str, result: dict[str, Any], as_json: bool) -> None:
    from terminal.bench.measure import machine

    whole = {"bench": bench, **result, "machine": machine()}
    lines = [f"{name}: {value}" for name, value in whole.items()]
    click.echo(json.dumps(whole, indent=2) if as_json else "\n".join(lines))
