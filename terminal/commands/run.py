"""`stillpoint run`: the terminal of terminal.toml, as three processes or one of them."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import click

from terminal import config as configuration

PARTS = ("terminal", "devices", "sync")
DEFAULT = Path("/etc/stillpoint/terminal.toml")


@click.command()
@click.option("--config", "path", type=click.Path(path_type=Path), default=DEFAULT, show_default=True)
@click.option("--only", type=click.Choice(PARTS), help="Run one process; the service units do.")
def command(path: Path, only: str | None) -> None:
    """Run the terminal that PATH describes, until SIGTERM or Ctrl-C."""
    config = configuration.load(path)
    if only is None:
        sys.exit(_all(path))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    sys.exit(_run(only, config))


def _run(part: str, config: configuration.Config) -> int:
    """Import only what this process needs: memory is small on the board."""
    if part == "terminal":
        from terminal import main as service

        return service.run(config)
    if part == "devices":
        from terminal.devices import host

        return host.run(config)
    from terminal.sync import agent

    return agent.run(config)


def _all(path: Path) -> int:
    """Three children; when one ends, or we are asked to, all end. The first exit code that is not 0 is ours."""
    base = [sys.executable, "-m", "terminal", "run", "--config", str(path), "--only"]
    children = {child.pid for child in (subprocess.Popen([*base, part]) for part in PARTS)}

    def stop(_signal: int, _frame: object) -> None:
        for pid in children:
            os.kill(pid, signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    first_failure = 0
    while children:
        pid, status = os.wait()
        children.discard(pid)
        first_failure = first_failure or max(os.waitstatus_to_exitcode(status), 0)
        stop(signal.SIGTERM, None)
    return first_failure
