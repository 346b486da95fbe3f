"""`stillpoint demo`: HQ, the line, one terminal and the virtual bench; or the same as a script with a report."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import signal
import sys
import tempfile
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

T = TypeVar("T")
SEED = 20260101
PORT_BASE = 8320


@click.command()
@click.option("--state", type=click.Path(path_type=Path, file_okay=False), default=Path(".state"), show_default=True)
@click.option("--fresh", is_flag=True, help="Begin with a new HQ and a new device.")
@click.option("--once", is_flag=True, help="Play the main job as a script in a folder of its own, then end.")
@click.option("--json", "as_json", is_flag=True, help="With --once: print the report as JSON and nothing else.")
@click.option("--port-base", type=click.IntRange(1024, 65000), default=PORT_BASE, show_default=True)
@click.option("--seed", type=int, default=SEED, show_default=True, help="With --once: what the script buys.")
def command(state: Path, fresh: bool, once: bool, as_json: bool, port_base: int, seed: int) -> None:
    """Start the sample chain and print the addresses of its pages. Ctrl-C stops everything."""
    from terminal.bench import demo
    from terminal.bench.layout import Layout, Ports

    today = datetime.now(UTC).date()
    if once:
        with tempfile.TemporaryDirectory(prefix="stillpoint-once-") as folder:
            layout = Layout(Path(folder), Ports.free())
            report = _played(demo.play_once(layout, today, secrets.token_urlsafe(32), random.Random(seed)))
        click.echo(json.dumps(report.view(), ensure_ascii=False, indent=2) if as_json else demo.as_text(report))
        sys.exit(0 if report.ok else 1)
    layout = Layout(state.resolve(), Ports.from_base(port_base))
    if fresh:
        layout.wipe()
    sys.exit(_played(demo.serve(layout, today, secrets.token_urlsafe(32), click.echo)))


def _played(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; asked to stop before it, leave with the shell's code for that signal, everything stopped."""
    try:
        return asyncio.run(work)
    except asyncio.CancelledError:
        sys.exit(128 + signal.SIGTERM)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
