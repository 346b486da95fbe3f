"""`stillpoint programme`: judge a programme document as a whole, and print the schema of all of them."""

from __future__ import annotations

from pathlib import Path

import click

from loyalty import Programme, read_programme
from loyalty.schema import schema_text
from terminal.commands.quote_files import FileError, load


@click.group()
def command() -> None:
    """Look at programme documents: what headquarters defines of tiers, earning, offers and the rest."""


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Say what is wrong in a programme document, all of it at once, exit code 2; or what is in it."""
    try:
        programme = load(file, read_programme)
    except FileError as error:
        for sentence in error.sentences:
            click.echo(sentence, err=True)
        raise SystemExit(2) from error
    click.echo(_summary(programme))


@command.command()
def schema() -> None:
    """Print the JSON Schema of the programme document, for editors and other programs."""
    click.echo(schema_text(), nl=False)


def _summary(programme: Programme) -> str:
    """One line for what it is, and one for how much is in it."""
    counts = {
        "tiers": programme.tiers,
        "earning rules": programme.earning,
        "offers": programme.offers,
        "coupons": programme.coupons,
        "rewards": programme.rewards,
        "lotteries": programme.lotteries,
        "count cards": programme.count_cards,
    }
    return (
        f"{programme.id} version {programme.version}, {programme.currency}, "
        f"{programme.valid_from} to {programme.valid_until}: nothing is wrong\n"
        f"{', '.join(f'{name} {len(each)}' for name, each in counts.items())}"
    )
