"""Commands of HQ about what members prove: `issuer`, `code`, `assurance`."""

from __future__ import annotations

import secrets
from pathlib import Path

import click
import segno
from pydantic import ValidationError

from hq import control, member_codes
from hq.cli_state import STATE, opened
from hq.member_record import find_member
from hq.problems import HqError
from protocol.assurance import AssuranceTable

_MOST_BYTES = 64 * 1024


@click.command()
@STATE
def issuer(state: Path) -> None:
    """Make a key that signs member codes and card certificates, the first or the next, and tell terminals."""
    with opened(state) as hq:
        kid = member_codes.begin(hq, secrets.token_bytes)
    click.echo(f"issuer key {kid} signs from now on; keep {state / 'keys'} with the backups")


@click.command()
@click.argument("who")
@STATE
@click.option("--qr", type=click.Path(path_type=Path), help="Write it as a QR code (PNG).")
@click.option("--block", is_flag=True, help="Block those made so far, of a stolen phone; make none.")
def code(who: str, state: Path, qr: Path | None, block: bool) -> None:
    """Make a member code of WHO (an id, a card's UID in hex, or a phone number); it is good for 90 seconds, once."""
    with opened(state) as hq:
        with hq.database.reading() as connection:
            member = find_member(connection, who, hq.keys.lookup)
        if block:
            click.echo(f"{member_codes.block(hq, member)} references of {member} are blocked")
            return
        text = member_codes.issue(hq, member, secrets.token_bytes)
    if qr is not None:
        segno.make(text, error="m").save(str(qr), scale=4)
    click.echo(text)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@STATE
def assurance(file: Path, state: Path) -> None:
    """Publish the table of which proof each action needs: FILE is an AssuranceTable as JSON."""
    with opened(state) as hq:
        version = control.configure(hq, assurance=_table(file).model_dump()).version
    click.echo(f"configuration version {version}")


def _table(file: Path) -> AssuranceTable:
    try:
        with file.open("rb") as opened_file:
            return AssuranceTable.model_validate_json(opened_file.read(_MOST_BYTES))
    except OSError as error:
        raise HqError(f"{file} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise HqError(f"{file} is no table of proofs: {where}: {first['msg']}") from None


COMMANDS: tuple[click.Command, ...] = (issuer, code, assurance)
