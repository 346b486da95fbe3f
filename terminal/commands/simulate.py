"""`stillpoint simulate`: whole chains of shops with all their faults, from a seed, against the rules of sync.md."""

from __future__ import annotations

import json
import os
import time

import click

from terminal.bench.simulation.mutants import MUTANTS
from terminal.bench.simulation.policies import POLICIES
from terminal.bench.simulation.report import lines, report
from terminal.bench.simulation.runs import Outcome, simulate
from terminal.bench.simulation.settings import WORLDS, Settings
from terminal.bench.simulation.shrink import minimal_trace, shrink

EXIT_VIOLATION = 1


@click.command()
@click.option("--seeds", type=click.IntRange(1), default=20, show_default=True, help="How many worlds.")
@click.option("--seed", type=int, default=1, show_default=True, help="The first of them.")
@click.option("--terminals", type=click.IntRange(2, 60), default=5, show_default=True)
@click.option("--days", type=click.IntRange(1, 400), default=3, show_default=True)
@click.option("--mutant", type=click.Choice(sorted(MUTANTS)), help="Break the product in one part.")
@click.option("--world", type=click.Choice(WORLDS), default=WORLDS[0], show_default=True, help="What goes wrong.")
@click.option("--policy", type=click.Choice(sorted(POLICIES)), help="Size leases in another way; nothing is judged.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes; as many as there are cores.")
@click.option("--json", "as_json", is_flag=True)
def command(
    seeds: int,
    seed: int,
    terminals: int,
    days: int,
    mutant: str | None,
    world: str,
    policy: str | None,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Live through chains of shops from their seeds. Exit code 1 if a rule did not hold."""
    settings, begun = Settings(seed, terminals, days, mutant=mutant, policy=policy, world=world), time.monotonic_ns()
    outcome = simulate(settings, seeds, jobs or os.cpu_count() or 1, most_broken=20)
    figures = report(settings, outcome, (time.monotonic_ns() - begun) // 1_000_000)
    click.echo(json.dumps(figures, indent=2) if as_json else "\n".join(lines(figures)))
    if outcome.broken:
        _tell(outcome)
        raise SystemExit(EXIT_VIOLATION)


def _tell(outcome: Outcome) -> None:
    """The first violation in the smallest world, on stderr."""
    settings, invariant = min(outcome.broken, key=lambda found: found[0].seed)
    lived = shrink(settings, invariant)
    small = lived.settings
    left = "all" if small.faults is None else ", ".join(sorted(small.faults)) or "none"
    click.echo(f"seed {small.seed}: {lived.violations[0].text}", err=True)
    click.echo(f"{small.terminals} terminals, {small.days} days, faults: {left}", err=True)
    for line in minimal_trace(lived):
        click.echo(line, err=True)
