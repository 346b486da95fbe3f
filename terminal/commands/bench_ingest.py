"""`stillpoint bench ingest`: how much HQ takes in, on SQLite or PostgreSQL."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import click

SEED = 7


@click.command()
@click.option("--operations", type=click.IntRange(100, 1_000_000), default=10_000, show_default=True)
@click.option("--members", type=click.IntRange(50, 100_000), default=5000, show_default=True)
@click.option("--terminals", type=click.IntRange(1, 100), default=8, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes (PostgreSQL).")
@click.option("--database", "url", help="HQ's database in place of SQLite: postgresql+psycopg://…, empty.")
@click.option("--json", "as_json", is_flag=True)
def ingest(operations: int, members: int, terminals: int, workers: int, url: str | None, as_json: bool) -> None:
    """Batches taken in beside bare inserts of the same rows; publishing and replay apart."""
    from terminal.bench import ingest_bench
    from terminal.bench.bench_hq import BenchChain
    from terminal.bench.measure import machine

    if workers > 1 and url is None:
        raise click.UsageError("HQ on SQLite runs one worker: name a PostgreSQL database by --database")
    with tempfile.TemporaryDirectory(prefix="stillpoint-bench-") as folder:
        size = BenchChain(Path(folder), members, terminals, SEED)
        result = ingest_bench.measure(size, operations, workers, url)
    whole = {"bench": "ingest", "database": "postgresql" if url else "sqlite", **result, "machine": machine()}
    lines = [f"{name}: {value}" for name, value in whole.items()]
    click.echo(json.dumps(whole, indent=2) if as_json else "\n".join(lines))
