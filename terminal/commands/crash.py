"""`stillpoint crash`: proof by power cuts and killed services. Exit code 1 if a word was broken."""

from __future__ import annotations

import asyncio
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

SEED = 1


@click.group()
def command() -> None:
    """Look for a power cut or a kill that makes this terminal break its word."""


@command.command()
@click.option("--states", "count", type=click.IntRange(1), default=10_000, show_default=True, help="How many to judge.")
@click.option("--seed", type=int, default=SEED, show_default=True, help="The same seed, the same states.")
@click.option("--json", "as_json", is_flag=True)
def states(count: int, seed: int, as_json: bool) -> None:
    """Everything that a power cut may leave of a ledger, opened and judged by the real code."""
    from terminal.bench.crash.states import run

    found = run(count, seed)
    _print({"crash": "states", "seed": seed, **found.as_json()}, as_json)
    if found.violations:
        raise SystemExit(1)


@command.command()
@click.option("--times", type=click.IntRange(1), default=200, show_default=True, help="How often a process is killed.")
@click.option("--seed", type=int, default=SEED, show_default=True, help="Decides what is bought and killed.")
@click.option("--json", "as_json", is_flag=True)
def kills(times: int, seed: int, as_json: bool) -> None:
    """kill -9 on HQ and on the terminal's processes while they sell; every receipt must still be there."""
    from terminal.bench.crash.kills import kill_often

    with tempfile.TemporaryDirectory(prefix="stillpoint-kills-") as folder:
        found = asyncio.run(kill_often(Path(folder), datetime.now(UTC).date(), times, seed))
    _print({"crash": "kills", "seed": seed, **found.as_json()}, as_json)
    if found.violations:
        raise SystemExit(1)


def _print(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(result, indent=2))
        return
    for name, value in result.items():
        click.echo(f"{name}: {value}")
