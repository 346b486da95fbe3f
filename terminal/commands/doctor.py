"""`stillpoint doctor`: look at this machine and its configuration: what works, what does not, and what to do."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import click

from terminal import config as configuration
from terminal.commands import doctor_machine, doctor_state, doctor_units
from terminal.commands.doctor_check import Check
from terminal.commands.doctor_directory import directory
from terminal.commands.doctor_pins import pins
from terminal.config import Config
from terminal.errors import ConfigError

DEFAULT = Path("/etc/stillpoint/terminal.toml")
COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command()
@click.option("--config", "path", type=click.Path(path_type=Path), default=DEFAULT, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def command(path: Path, as_json: bool) -> None:
    """Look at this machine and its configuration. The exit code is 1 if a check fails, else 0."""
    logging.basicConfig(level=logging.CRITICAL)
    checks = examine(path, time.time_ns() // 1_000_000)
    good = all(check.state != "fail" for check in checks)
    if as_json:
        click.echo(json.dumps({"ok": good, "checks": [asdict(check) for check in checks]}, ensure_ascii=False))
    else:
        for check in checks:
            click.echo(f"{click.style(check.state.ljust(4), COLOURS[check.state])} {check.name}: {check.sentence}")
    raise click.exceptions.Exit(0 if good else 1)


def examine(path: Path, now_ms: int) -> list[Check]:
    """All checks, in an order that puts causes before what follows from them. Without a configuration, few."""
    try:
        config = configuration.load(path)
    except ConfigError as error:
        broken = Check("configuration", "fail", "; ".join(error.problems), list(error.problems))
        return [broken, doctor_machine.sqlite(), doctor_machine.versions()]
    return [Check("configuration", "ok", f"{path} is good.", str(path)), *_configured(config, now_ms)]


def _configured(config: Config, now_ms: int) -> list[Check]:
    state = config.terminal.state
    return [
        doctor_machine.storage(state),
        doctor_machine.sqlite(),
        readable("identity", lambda: doctor_state.identity(state)),
        readable("ledger", lambda: doctor_state.ledger(state)),
        readable("directory", lambda: directory(state)),
        readable("pins", lambda: pins(state)),
        readable("clock", lambda: doctor_state.clock(state, now_ms)),
        *doctor_machine.plugins(),
        *doctor_machine.devices(config.devices),
        *doctor_units.network_printers(config),
        doctor_machine.versions(),
    ]


def readable(name: str, check: Callable[[], Check]) -> Check:
    """`check`, or that this user may not look."""
    try:
        return check()
    except OSError as error:
        where = error.filename or "the state folder"
        return Check(name, "fail", f"{where} cannot be read ({error.strerror}): run this as the terminal's user.")
