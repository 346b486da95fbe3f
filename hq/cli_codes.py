"""Commands of HQ about what members show and prove: `issuer`, `code`, `assurance`, `codes`, `number`."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TypeVar

import click
import segno
from pydantic import BaseModel, ValidationError

from hq import control, member_codes, member_numbers
from hq.cli_state import STATE, opened
from hq.member_record import find_member
from hq.problems import HqError
from protocol.assurance import AssuranceTable
from protocol.control import ShopCodes

_MOST_BYTES = 64 * 1024
M = TypeVar("M", bound=BaseModel)


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
        version = control.configure(
            hq, assurance=_read(file, AssuranceTable, "is no table of proofs").model_dump()
        ).version
    click.echo(f"configuration version {version}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@STATE
def codes(file: Path, state: Path) -> None:
    """Publish what the chain's scales print and how its member numbers begin: FILE is a ShopCodes as JSON."""
    told = _read(file, ShopCodes, "are no codes of a shop")
    with opened(state) as hq:
        version = control.configure(hq, codes=told.model_dump()).version
    click.echo(f"configuration version {version}")


@click.command()
@click.argument("who")
@click.argument("gsrn")
@STATE
def number(who: str, gsrn: str, state: Path) -> None:
    """Let the printed number GSRN (18 digits) lead to WHO (an id, a card's UID in hex, or a phone number)."""
    with opened(state) as hq:
        with hq.database.reading() as connection:
            member = find_member(connection, who, hq.keys.lookup)
        member = member_numbers.give(hq, member, gsrn)
    click.echo(f"the number leads to {member}; terminals online know it in a second")


def _read(file: Path, model: type[M], is_none: str) -> M:
    """The message that `file` holds as JSON. Raises HqError, which says that it `is_none` and why."""
    try:
        with file.open("rb") as opened_file:
            return model.model_validate_json(opened_file.read(_MOST_BYTES))
    except OSError as error:
        raise HqError(f"{file} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise HqError(f"{file} {is_none}: {where}: {first['msg']}") from None


COMMANDS: tuple[click.Command, ...] = (issuer, code, assurance, codes, number)
