"""`stillpoint bench`: figures of this machine, printed and not judged."""

from __future__ import annotations

import asyncio
import json
import secrets
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from terminal.commands.bench_card import card
from terminal.commands.bench_directory import bootstrap, decide
from terminal.commands.bench_ingest import ingest
from terminal.commands.bench_line import fleet, reconcile
from terminal.commands.bench_pin import pin
from terminal.commands.bench_scan import scan

SEED = 7


@click.group()
def command() -> None:
    """Measure this machine: the figures are printed, nothing is judged."""


command.add_command(fleet)
command.add_command(ingest)
command.add_command(reconcile)
command.add_command(bootstrap)
command.add_command(decide)
command.add_command(scan)
command.add_command(card)
command.add_command(pin)


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


@command.command()
@click.option("--samples", type=click.IntRange(20, 10_000), default=200, show_default=True)
@click.option("--seed", type=int, default=SEED, show_default=True, help="Decides what is in the baskets.")
@click.option("--quick", is_flag=True, help="Measure less of the growth.")
@click.option("--json", "as_json", is_flag=True)
def price(samples: int, seed: int, quick: bool, as_json: bool) -> None:
    """A quote against only summing its lines, without and with competing offers, and as both grow."""
    from terminal.bench import price_bench
    from terminal.bench.measure import machine
    from terminal.commands.bench_price import render

    result = {"bench": "price", **price_bench.measure(samples, seed, quick=quick), "machine": machine()}
    click.echo(json.dumps(result, indent=2) if as_json else render(result))


@command.command()
@click.option("--seeds", type=click.IntRange(1, 10_000), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def simulate(seeds: int, as_json: bool) -> None:
    """Simulated terminal-days per second, with every fault, on one core."""
    from terminal.bench.measure import machine
    from terminal.bench.simulation.runs import simulate as run
    from terminal.bench.simulation.settings import Settings

    begun = time.process_time_ns()
    outcome = run(Settings(1), seeds)
    spent_ms = (time.process_time_ns() - begun) // 1_000_000
    figures = {"terminal_days": outcome.terminal_days, "processor_ms": spent_ms, "seeds": seeds}
    per_second = outcome.terminal_days * 1000 / max(1, spent_ms)
    _print({"bench": "simulate", **figures, "terminal_days_per_s": round(per_second, 1), "machine": machine()}, as_json)


def _print(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(result, indent=2))
        return
    for name, value in result.items():
        click.echo(f"{name}: {value}")
