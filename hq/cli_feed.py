"""Commands of HQ about what terminals are told: `snapshot`, `erase`, `erasures`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from hq import erasure, nightly
from hq.erasure import Erasure
from hq.headquarters import Headquarters

STATE = click.option("--state", required=True, type=click.Path(path_type=Path), help="HQ's folder.")


@click.command()
@STATE
def snapshot(state: Path) -> None:
    """Make a snapshot of the directory now; `serve` makes one each night."""
    with _open(state) as hq:
        made = nightly.make_snapshot(hq)
    rows = sum(head.count for head in made.heads)
    click.echo(f"snapshot {made.version}: {rows} rows, {made.packed} bytes in {len(made.chunks)} chunks")


@click.command()
@click.argument("member")
@STATE
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(member: str, state: Path, yes: bool) -> None:
    """Wipe the profile of MEMBER (an id) and take the cards away; terminals are told. It cannot be undone."""
    if not yes:
        click.confirm(f"Erase member {member} for good?", abort=True)
    with _open(state) as hq:
        erasure.erase(hq, member)
    click.echo(f"member {member} is erased at HQ: `stillpoint-hq erasures` shows which terminals have not heard yet")


@click.command()
@STATE
@click.option("--json", "as_json", is_flag=True, help="For a program.")
def erasures(state: Path, as_json: bool) -> None:
    """Show the members who were erased, and the active terminals that have not forgotten them yet."""
    with _open(state) as hq:
        found = erasure.erasures(hq)
    if as_json:
        click.echo(json.dumps([asdict(one) | {"done": one.done} for one in found], indent=2))
        return
    for one in found:
        click.echo(f"{one.member}  {_told(one)}")
    if not found:
        click.echo("no member was erased")


def _told(one: Erasure) -> str:
    if one.done:
        return "every active terminal has forgotten"
    return f"not heard yet: {', '.join(one.waiting)}; a terminal that never comes back: retire or revoke it"


@contextmanager
def _open(state: Path) -> Iterator[Headquarters]:
    hq = Headquarters.open(state, lambda: time.time_ns() // 1_000_000)
    try:
        yield hq
    finally:
        hq.close()
