"""`stillpoint bench`: figures of this machine, printed and not judged."""

from __future__ import annotations

import asyncio
import json
import secrets
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

SEED = 7


@click.group()
def command() -> None:
    """Measure this machine: the figures are printed, nothing is judged."""


@command.command()
@click.option("--samples", type=click.IntRange(1, 500), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def tap(samples: int, as_json: bool) -> None:
    """From a card at the reader to the stream, and to the painted member screen."""
    from terminal.bench import tap_bench
    from terminal.bench.layout import Layout, Ports

    with tempfile.TemporaryDirectory(prefix="stillpoint-bench-") as folder:
        layout = Layout(Path(folder), Ports.free())
        result = asyncio.run(tap_bench.measure(layout, datetime.now(UTC).date(), secrets.token_urlsafe(32), samples))
    _print(result, as_json)


@command.command()
@click.option("--samples", type=click.IntRange(1, 100_000), default=2000, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def commit(samples: int, as_json: bool) -> None:
    """A sale's commit against bare SQLite with the same statements, rows and settings."""
    from terminal.bench import commit_bench
    from terminal.bench.measure import machine

    with tempfile.TemporaryDirectory(prefix="stillpoint-bench-") as folder:
        result = commit_bench.measure(Path(folder), samples, SEED)
    _print({"bench": "commit", **result, "machine": machine()}, as_json)


def _print(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(result, indent=2))
        return
    for name, value in result.items():
        click.echo(f"{name}: {value}")
