"""Commands of HQ about servers of the chain's app: `app add`, `list` and `revoke`."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from hq import apps
from hq.cli_state import JSON, STATE, opened


@click.group()
def app() -> None:
    """Servers that may ask for member codes, each with a token of its own."""


@app.command()
@click.argument("name")
@STATE
def add(name: str, state: Path) -> None:
    """Let the server NAME ask for member codes. Prints its token, which is not to be had again."""
    with opened(state) as hq:
        token = apps.add(hq, name, secrets.token_bytes)
    click.echo(token)


@app.command(name="list")
@JSON
@STATE
def list_(as_json: bool, state: Path) -> None:
    """All servers that there ever were; never a token."""
    with opened(state) as hq, hq.database.reading() as connection:
        found = apps.apps(connection)
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found]))
        return
    for each in found:
        click.echo(f"{each.name}: since {_day(each.made_ms)}{_ended(each.revoked_ms)}")


@app.command()
@click.argument("name")
@STATE
def revoke(name: str, state: Path) -> None:
    """Refuse the token of NAME from now on. Codes that it has got are good to their end."""
    with opened(state) as hq:
        apps.revoke(hq, name)
    click.echo(f"the token of {name} is refused from now on")


def _ended(revoked_ms: int | None) -> str:
    return "" if revoked_ms is None else f", revoked {_day(revoked_ms)}"


def _day(utc_ms: int) -> str:
    return datetime.fromtimestamp(utc_ms // 1000, UTC).date().isoformat()


COMMANDS: tuple[click.Command, ...] = (app,)
