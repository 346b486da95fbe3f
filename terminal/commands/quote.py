"""`stillpoint quote`: price a basket from files, with every reason. Nothing is sold and no state is read."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click

from loyalty import Basket, Moment, Programme, Quote, TillState, price, read_programme, to_json
from terminal.commands.quote_files import FileError, buyer_reader, load, read_at, read_purchase
from terminal.commands.quote_table import render

_FILE = click.Path(path_type=Path)


@click.command()
@click.option("--programme", "programme_file", type=_FILE, required=True, help="The programme document.")
@click.option("--basket", "basket_file", type=_FILE, required=True, help="Lines, offers taken out, points to use.")
@click.option("--member", "member_file", type=_FILE, help="The member's facts; without it a guest buys.")
@click.option("--at", "at_text", metavar="TIME", help="ISO time with its zone, or milliseconds; default now.")
@click.option("--json", "as_json", is_flag=True, help="Print the quote as JSON.")
def command(
    programme_file: Path, basket_file: Path, member_file: Path | None, at_text: str | None, as_json: bool
) -> None:
    """Price a basket from files and say why. Every wrong field is named on stderr, exit code 2."""
    try:
        at_ms = read_at(at_text) if at_text is not None else time.time_ns() // 1_000_000
        quote, basket, programme, at = _price(programme_file, basket_file, member_file, at_ms)
    except FileError as error:
        for sentence in error.sentences:
            click.echo(sentence, err=True)
        raise SystemExit(2) from error
    if as_json:
        click.echo(json.dumps(to_json(quote), ensure_ascii=False, sort_keys=True, indent=2))
    else:
        click.echo(render(quote, basket, programme, at))


def _price(
    programme_file: Path, basket_file: Path, member_file: Path | None, at_ms: int
) -> tuple[Quote, Basket, Programme, Moment]:
    programme = load(programme_file, read_programme)
    purchase = load(basket_file, read_purchase)
    buyer = load(member_file, buyer_reader(programme)) if member_file else None
    at = Moment(at_ms, purchase.zone or programme.zone, purchase.cutoff_hours)
    member, state = (buyer.member, buyer.state) if buyer else (None, TillState())
    try:
        return price(purchase.basket, member, programme, at, state), purchase.basket, programme, at
    except ValueError as error:  # each field is lawful and together they are not, such as too much money
        raise FileError([f"{basket_file}: {error}"]) from error
