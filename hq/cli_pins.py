"""Commands of HQ about PINs: `pin begin`, `pin set`, `pin reset`, `pin acts`."""

from __future__ import annotations

import getpass
import secrets
from datetime import UTC, datetime
from pathlib import Path

import click

from cards.pin_cost import CEILING, FLOOR, MIB, Cost
from hq import pins
from hq.cli_state import STATE, opened
from hq.headquarters import Headquarters
from hq.member_record import find_member
from hq.people import gone_into
from hq.problems import HqError

_BY = click.option("--by", help="Who does it, for the record; the name of this login if left out.")
_MEMORY = click.IntRange(FLOOR.memory_kib // MIB, CEILING.memory_kib // MIB)
_PASSES = click.IntRange(FLOOR.passes, CEILING.passes)


@click.group()
def pin() -> None:
    """Members' PINs: set them, and let guesses count anew."""


@pin.command()
@STATE
@click.option("--memory-mib", type=_MEMORY, default=FLOOR.memory_kib // MIB, show_default=True)
@click.option("--passes", type=_PASSES, default=FLOOR.passes, show_default=True)
def begin(state: Path, memory_mib: int, passes: int) -> None:
    """Make a pepper, the first or the next, and say what a hash costs; terminals fetch it at their next contact."""
    with opened(state) as hq:
        made = pins.begin(hq, secrets.token_bytes, Cost(memory_mib * MIB, passes))
    click.echo(f"{made.name} is used from now on; keep {state / 'keys'} with the backups")


@pin.command("set")
@click.argument("who")
@STATE
@_BY
def set_(who: str, state: Path, by: str | None) -> None:
    """Give the member WHO (an id, a card's UID in hex, or a phone number) a PIN; it is asked for, twice, unseen."""
    with opened(state) as hq:
        member = _member(hq, who)
        chosen = click.prompt("PIN", hide_input=True, confirmation_prompt=True)
        version = pins.set_pin(hq, member, chosen, by or _login(), secrets.token_bytes)
    click.echo(f"the PIN of {member} is set (version {version}); terminals learn of it by the feed")


@pin.command()
@click.argument("who")
@STATE
@_BY
def reset(who: str, state: Path, by: str | None) -> None:
    """Let guesses at the PIN of WHO count anew, as after a lock; the PIN stays."""
    with opened(state) as hq:
        member = _member(hq, who)
        version = pins.reset_pin(hq, member, by or _login())
    click.echo(f"guesses at the PIN of {member} count anew (version {version})")


@pin.command()
@click.argument("who")
@STATE
def acts(who: str, state: Path) -> None:
    """Show who set or reset the PIN of WHO, and when."""
    with opened(state) as hq:
        member = _member(hq, who)
        with hq.database.reading() as connection:
            found = pins.acts_of(connection, [member, *gone_into(connection, member)])
    for name, version, act, by, at_ms in found:
        at = datetime.fromtimestamp(at_ms // 1000, UTC).isoformat()
        click.echo(f"{at} {act} {name} version {version} by {by}")
    if not found:
        click.echo(f"the PIN of {member} was never set")


def _member(hq: Headquarters, who: str) -> str:
    with hq.database.reading() as connection:
        return find_member(connection, who, hq.keys.lookup)


def _login() -> str:
    try:
        return getpass.getuser()
    except OSError as error:
        raise HqError("who does this is not known here: say it with --by") from error


COMMANDS: tuple[click.Command, ...] = (pin,)
