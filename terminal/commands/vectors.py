"""`stillpoint vectors`: files of known answers through the product's own code."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from terminal.bench.known_answers.categories import CATEGORIES
from terminal.bench.known_answers.entries import KnownAnswersError, read_all
from terminal.bench.known_answers.judge import Outcome, Verdict, judge

OUTCOMES: tuple[Outcome, ...] = ("passed", "failed", "unsupported")
EXIT_FAILED, EXIT_UNREADABLE = 1, 2


@click.command()
@click.argument("file", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
def command(file: tuple[Path, ...], as_json: bool) -> None:
    """Compute the known answers in FILE and compare.

    Exit code 1 if a verified one differs, 2 for a file of another format or without entries.
    """
    try:
        entries = read_all(file)
    except KnownAnswersError as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(EXIT_UNREADABLE) from error
    figures = report([judge(entry, CATEGORIES) for entry in entries])
    click.echo(json.dumps(figures, indent=2) if as_json else "\n".join(lines(figures)))
    if figures["failed"]:
        raise SystemExit(EXIT_FAILED)


def report(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Ids by outcome; under "unverified" those whose answer nobody has confirmed; under "reasons" why, by id."""
    told, apart = ({str(each): _ids(verdicts, each, confirmed) for each in OUTCOMES} for confirmed in (True, False))
    reasons = {verdict.entry.id: verdict.why for verdict in verdicts if verdict.why}
    return {"entries": len(verdicts), **told, "unverified": apart, "reasons": reasons}


def lines(figures: dict[str, Any]) -> list[str]:
    """The same for people: counts, then the ids of each outcome, with reasons."""
    told = []
    for title, group in (("", figures), ("unverified, ", figures["unverified"])):
        for outcome in OUTCOMES:
            told.append(f"{title}{outcome}: {len(group[outcome])}")
            told += [f"  {id}{_because(figures, id)}" for id in group[outcome]]
    return told


def _ids(verdicts: Sequence[Verdict], outcome: Outcome, confirmed: bool) -> list[str]:
    return [each.entry.id for each in verdicts if each.outcome == outcome and each.entry.verified is confirmed]


def _because(figures: dict[str, Any], id: str) -> str:
    why = figures["reasons"].get(id)
    return f": {why if why.isprintable() else ascii(why)}" if why else ""
