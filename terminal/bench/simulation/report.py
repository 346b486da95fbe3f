"""What a run of the simulation says: JSON for machines, a few lines for people, and a trace where a rule broke."""

from __future__ import annotations

from typing import Any

from terminal.bench.measure import machine
from terminal.bench.simulation.invariants import INVARIANTS, MEANWHILE
from terminal.bench.simulation.runs import Outcome
from terminal.bench.simulation.settings import Settings
from terminal.bench.simulation.spread import Spread
from terminal.bench.simulation.tally import Tally


def report(settings: Settings, outcome: Outcome, wall_ms: int) -> dict[str, Any]:
    """All figures of a run. `violations` names every invariant that was on, with 0 where it held."""
    tally, seconds = outcome.tally, wall_ms / 1000
    named = {name: outcome.violations.get(name, 0) for name in sorted({*INVARIANTS, *MEANWHILE})}
    return {
        "seeds": outcome.seeds,
        "first_seed": settings.seed,
        "terminals": settings.terminals,
        "days": settings.days,
        "mutant": settings.mutant,
        "policy": settings.policy,
        "world": settings.world,
        "terminal_days": outcome.terminal_days,
        "operations": tally.operations,
        "faults": dict(sorted(tally.faults.items())),
        "violations": named,
        "broken_seeds": [settings.seed for settings, _ in outcome.broken][:20],
        "redemptions": {
            "wished": tally.wished,
            "accepted": tally.accepted,
            "acceptance": _share(outcome.given),
            "while_cut": _share(outcome.given_cut),
            "declined": dict(sorted(tally.declined.items())),
            "false_declines": tally.false_declines,
            "by_place": _by_place(tally),
        },
        "overspent_points": tally.overspent,
        "wall_ms": wall_ms,
        "terminal_days_per_s": round(outcome.terminal_days / seconds, 1) if wall_ms else None,
        "machine": machine(),
    }


def _share(given: Spread) -> dict[str, Any]:
    share, error = given.share, given.error
    return {
        "given": given.part,
        "wished": given.whole,
        "share": None if share is None else round(share, 4),
        "standard_error": None if error is None else round(error, 4),
    }


def _by_place(tally: Tally) -> dict[str, dict[str, int]]:
    """For each state of the line and each place how redemptions ended."""
    found: dict[str, dict[str, int]] = {}
    for (line, place, end), count in sorted(tally.cells.items()):
        found.setdefault(f"{line} {place}", {})[end] = count
    return found


def lines(figures: dict[str, Any]) -> list[str]:
    """The report for people."""
    broken = {name: count for name, count in figures["violations"].items() if count}
    faults = sum(figures["faults"].values())
    redeemed = figures["redemptions"]
    return [
        f"{figures['seeds']} seeds from {figures['first_seed']}: {figures['terminal_days']} terminal-days, "
        f"{figures['operations']} operations, {faults} faults of {len(figures['faults'])} kinds",
        f"redemptions: {redeemed['accepted']} of {redeemed['wished']} accepted, "
        f"{redeemed['false_declines']} refused though HQ had enough; {figures['overspent_points']} overspent",
        f"{figures['terminal_days_per_s']} terminal-days per second, {figures['wall_ms']} ms",
        f"violations: {broken or 'none'}",
    ]
