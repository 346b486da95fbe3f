"""`stillpoint quote`: price a basket from files, with every reason. Nothing is sold and no state is kept."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click

from loyalty import Basket, Quote, price, to_json
from terminal.commands.quote_case import Case, Options, read_case
from terminal.commands.quote_change import render_change
from terminal.commands.quote_explain import explain
from terminal.commands.quote_files import FileError
from terminal.commands.quote_table import receipt, render

_FILE = click.Path(path_type=Path)


@click.command()
@click.option("--programme", type=_FILE, help="The programme document.")
@click.option("--basket", type=_FILE, help="Lines, offers taken out, points to use, coupons.")
@click.option("--member", type=_FILE, help="The member's facts; without it a guest buys.")
@click.option("--state", type=_FILE, help="What the till knows: lots, coupons, stamps, limits, the card's assurance.")
@click.option("--case", type=_FILE, help="All of these and the time in one file, as in docs/examples.")
@click.option("--at", metavar="TIME", help="ISO time with its zone, or milliseconds; default now.")
@click.option("--without", multiple=True, metavar="OFFER", help="What if this offer is taken out? Can be repeated.")
@click.option("--coupon", multiple=True, metavar="CODE", help="What if this coupon is used? Can be repeated.")
@click.option("--points", metavar="N", help="What if so many points are used?")
@click.option("--explain", "explained", is_flag=True, help="Say why, sentence by sentence.")
@click.option("--json", "as_json", is_flag=True, help="Print the quote as JSON.")
def command(
    at: str | None,
    without: tuple[str, ...],
    coupon: tuple[str, ...],
    points: str | None,
    explained: bool,
    as_json: bool,
    case: Path | None,
    **files: Path | None,
) -> None:
    """Price a basket from files and say why. Everything that is wrong is named on stderr, exit code 2."""
    named = {part: path for part, path in files.items() if path is not None}
    options = Options(named, case, at, without, coupon, points)
    try:
        if explained and as_json:
            raise FileError(["--explain is for people and --json for programs: give one of them"])
        inputs = read_case(options, time.time_ns() // 1_000_000)
        quote, before = _price(inputs, inputs.basket), _price(inputs, inputs.before)
    except FileError as error:
        for sentence in error.sentences:
            click.echo(sentence, err=True)
        raise SystemExit(2) from error
    if as_json:
        click.echo(json.dumps(to_json(quote), ensure_ascii=False, sort_keys=True, indent=2))
    else:
        click.echo(_told(quote, before, inputs, explained=explained))


def _price(case: Case, basket: Basket) -> Quote:
    try:
        return price(basket, case.member, case.programme, case.at, case.state)
    except ValueError as error:  # each field is lawful and together they are not, such as too much money
        raise FileError([f"{case.basket_file}: {error}"]) from error


def _told(quote: Quote, before: Quote, case: Case, *, explained: bool) -> str:
    """The receipt, what the choices changed, and why."""
    parts = [receipt(quote, case) if explained else render(quote, case)]
    if case.basket != case.before:
        parts.append(render_change(before, quote, case))
    if explained:
        parts.append(explain(quote, case))
    return "\n\n".join(parts)
