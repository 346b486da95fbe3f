"""`stillpoint refund`: what a return would do, from files, with every reason. Nothing is refunded, no state is read."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import click

from loyalty import Moment, Programme, Refused, read_programme
from loyalty.refund import refund
from loyalty.refund_answer import Refund
from loyalty.refund_held import held_after
from loyalty.refund_json import refund_json, void_json
from loyalty.refund_lines import sold_lines
from loyalty.refund_sale import Known, RefundsSoFar, Return, SoldSale, right_to_refund
from loyalty.standing import Standing
from loyalty.void import Void, void
from terminal.commands.quote_files import FileError, load, read_at
from terminal.commands.refund_files import asked, read_request, right_reader, sale_reader
from terminal.commands.refund_standing import standing_reader
from terminal.commands.refund_table import explain, render

_FILE = click.Path(path_type=Path)


@click.command()
@click.option("--programme", "programme_file", type=_FILE, required=True, help="The programme of the sale's version.")
@click.option("--sale", "sale_file", type=_FILE, required=True, help="Basket, member, time and tenders of the sale.")
@click.option("--lines", "lines_text", metavar="LINES", help="What comes back: 1:2,3 is two of line 1, all of line 3.")
@click.option("--request", "request_file", type=_FILE, help="The same as a file; without either, all that is left.")
@click.option("--so-far", "so_far_file", type=_FILE, help="What earlier returns left: `after` of their JSON.")
@click.option("--standing", "standing_file", type=_FILE, help="What the member holds now; default as after the sale.")
@click.option("--at", "at_text", metavar="TIME", help="ISO time with its zone, or milliseconds; default now.")
@click.option("--void", "as_void", is_flag=True, help="Undo the whole sale on its own business date.")
@click.option("--explain", "with_reasons", is_flag=True, help="Say why, one sentence for each amount.")
@click.option("--json", "as_json", is_flag=True, help="Print the refund as JSON.")
def command(
    programme_file: Path,
    sale_file: Path,
    lines_text: str | None,
    request_file: Path | None,
    so_far_file: Path | None,
    standing_file: Path | None,
    at_text: str | None,
    as_void: bool,
    with_reasons: bool,
    as_json: bool,
) -> None:
    """Say what a return would do. A refusal has exit code 1; every wrong field is named on stderr, exit code 2."""
    try:
        programme = load(programme_file, read_programme)
        sale = load(sale_file, sale_reader(programme))
        so_far = load(so_far_file, right_reader(sale)) if so_far_file else right_to_refund(sale)
        at_ms = read_at(at_text) if at_text is not None else time.time_ns() // 1_000_000
        at = Moment(at_ms, sale.at.zone, sale.at.cutoff_hours)
        request = _request(lines_text, request_file, sale, so_far, programme, as_void=as_void)
        case = _Case(programme, sale, so_far, standing_file, at)
        answer = case.void() if as_void else case.refund(request)
    except FileError as error:
        for sentence in error.sentences:
            click.echo(sentence, err=True)
        raise SystemExit(2) from error
    if isinstance(answer, Refused):
        _refuse(answer, as_json)
    _print(answer, case, with_reasons, as_json)


@dataclass(frozen=True)
class _Case:
    """All that was read from the files."""

    programme: Programme
    sale: SoldSale
    so_far: RefundsSoFar
    standing_file: Path | None
    at: Moment

    def refund(self, request: tuple[Return, ...]) -> Refund | Refused:
        standing, known = self._held()
        policy = self.programme.refunds
        return refund(self.sale, self.so_far, request, standing, self.programme, self.at, policy, known)

    def void(self) -> Void | Refused:
        standing, known = self._held()
        return void(self.sale, self.so_far, standing, self.programme, self.at, self.programme.refunds, known)

    def _held(self) -> tuple[Standing, Known]:
        if self.standing_file is None:
            return held_after(self.sale, self.programme)
        return load(self.standing_file, standing_reader(self.sale, self.programme))


def _request(
    lines: str | None, file: Path | None, sale: SoldSale, so_far: RefundsSoFar, programme: Programme, *, as_void: bool
) -> tuple[Return, ...]:
    """The lines that come back; without any, all that is left and may come back."""
    if (lines is not None) + (file is not None) + as_void > 1:
        raise FileError(["--lines, --request and --void exclude each other: give one of them"])
    if lines is not None:
        return asked(lines, sale, so_far)
    if file is not None:
        return load(file, read_request)
    lines_sold = sold_lines(sale, programme)
    return tuple(Return(no, left) for no, left in so_far.left(sale).items() if left and lines_sold[no].is_returnable)


def _refuse(answer: Refused, as_json: bool) -> NoReturn:
    numbers = ", ".join(f"{name} {value}" for name, value in answer.params.items())
    if as_json:
        click.echo(json.dumps({"refused": answer.verdict.value, "params": answer.params}, sort_keys=True, indent=2))
    else:
        click.echo(f"{answer.verdict.value}{': ' if numbers else ''}{numbers}", err=True)
    raise SystemExit(1)


def _print(answer: Refund | Void, case: _Case, with_reasons: bool, as_json: bool) -> None:
    if as_json:
        document = void_json(answer) if isinstance(answer, Void) else refund_json(answer)
        click.echo(json.dumps(document, ensure_ascii=False, sort_keys=True, indent=2))
        return
    done, title = (answer.refund, "Void") if isinstance(answer, Void) else (answer, "Refund")
    click.echo(render(done, case.sale, case.at, title))
    if with_reasons:
        click.echo(explain(done, case.sale.quote.currency))
