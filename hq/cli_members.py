"""Commands of HQ about who a member is: `merge`."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import Connection

from hq import merging, operators, sizing
from hq.cli_state import LANGUAGE, STATE, opened
from hq.member_record import find_member
from hq.merging import Merger
from hq.reasons import told


@click.command()
@click.argument("loser")
@click.argument("winner")
@click.option("--why", required=True, help="Kept with the entry.")
@click.option("--by", "name", required=True, help="The operator who signs it.")
@click.option("--passphrase", prompt=True, hide_input=True, help="Of that operator; asked for if left out.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@LANGUAGE
@STATE
def merge(loser: str, winner: str, why: str, name: str, passphrase: str, yes: bool, language: str, state: Path) -> None:
    """Make LOSER and WINNER (id, card's UID or phone number) one member: all that LOSER has goes to WINNER, and its
    cards lead there. It cannot be undone."""
    if not yes:
        click.confirm(f"Merge {loser} into {winner} for good?", abort=True)
    with opened(state) as hq:
        with hq.database.reading() as connection:
            gone, stays = (find_member(connection, who, hq.keys.lookup) for who in (loser, winner))
        signature = operators.unlock(state, name, passphrase).sign(merging.signed_bytes(gone, stays, why)).hex()
        rules = hq.rules()

        def work(connection: Connection) -> Merger:
            return merging.merge(connection, gone, stays, why, (name, signature), rules)

        done = hq.database.repeated(work)
        hq.database.repeated(lambda connection: sizing.size_now(connection, [done.gone, done.stays], rules))
    click.echo(f"{done.gone} is {done.stays} now: balance {done.balance} points, debt {done.debt}")
    if done.leased:
        click.echo(f"{done.leased} points are at terminals under {done.gone}: called back, and {done.stays}'s then")
    for reason in done.judgement.reasons:
        click.echo(str(told(reason, done.judgement.params, language)))


COMMANDS: tuple[click.Command, ...] = (merge,)
