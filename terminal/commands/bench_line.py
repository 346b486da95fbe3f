"""`stillpoint bench fleet` and `reconcile`: what an outage's end costs, over real TLS on loopback."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import click

SEED = 7
URL = click.option("--database", "url", help="HQ's database in place of SQLite: postgresql+psycopg://…, empty.")
JSON = click.option("--json", "as_json", is_flag=True)


@click.command()
@click.option("--terminals", type=click.IntRange(1, 5000), default=1000, show_default=True)
@click.option("--sales", type=click.IntRange(1, 2000), default=10, show_default=True, help="Waiting at each terminal.")
@URL
@JSON
def fleet(terminals: int, sales: int, url: str | None, as_json: bool) -> None:
    """All terminals of a chain come back at the same moment: errors, time, and HQ's memory."""
    from terminal.bench import fleet_bench

    with tempfile.TemporaryDirectory(prefix="stillpoint-bench-") as folder:
        result = fleet_bench.measure(Path(folder), terminals, sales, SEED, url)
    _print("fleet", result, as_json)


@click.command()
@click.option("--operations", type=click.IntRange(1, 100_000), default=21_000, show_default=True)
@click.option("--members", type=click.IntRange(50, 1_000_000), default=100_000, show_default=True)
@URL
@JSON
def reconcile(operations: int, members: int, url: str | None, as_json: bool) -> None:
    """One terminal after 35 days without HQ: its operations up, HQ's rows down."""
    from terminal.bench import reconcile_bench

    with tempfile.TemporaryDirectory(prefix="stillpoint-bench-") as folder:
        result = reconcile_bench.measure(Path(folder), operations, members, SEED, url)
    _print("reconcile", result, as_json)


def _print(bench: str, result: dict[str, Any], as_json: bool) -> None:
    from terminal.bench.measure import machine

    whole = {"bench": bench, **result, "machine": machine()}
    lines = [f"{name}: {value}" for name, value in whole.items()]
    click.echo(json.dumps(whole, indent=2) if as_json else "\n".join(lines))
