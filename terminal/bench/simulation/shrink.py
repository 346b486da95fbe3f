"""The smallest world in which the same rule still breaks: fewer days, fewer terminals, fewer kinds of faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

from terminal.bench.simulation.faults import KINDS
from terminal.bench.simulation.runs import Bed, bed
from terminal.bench.simulation.settings import Settings
from terminal.bench.simulation.world import Lived

LINES = 60  # of a trace that are printed


def shrink(settings: Settings, invariant: str) -> Lived:
    """The smallest world found; that of `settings` if every smaller one is whole."""
    with ExitStack() as stack:
        beds: dict[int, Bed] = {}

        def live(smaller: Settings) -> Lived:
            if smaller.terminals not in beds:
                beds[smaller.terminals] = stack.enter_context(bed(smaller.terminals))
            return beds[smaller.terminals].live(smaller)

        best = live(settings)
        for smaller in (_fewer_days, _fewer_terminals, _fewer_faults):
            best = _smallest(best, smaller(best.settings), invariant, live)
    return best


def minimal_trace(lived: Lived) -> list[str]:
    """What happened in it to those whom the violation is about."""
    return lived.trace.about(lived.violations[0].touches, LINES)


def _smallest(best: Lived, tries: Iterator[Settings], invariant: str, live: Callable[[Settings], Lived]) -> Lived:
    """The first of `tries` that breaks ends the search, but faults are left out one after the other."""
    for settings in tries:
        if settings.faults is not None:
            settings = replace(settings, faults=_kinds(best.settings) & settings.faults)
        lived = live(settings)
        if lived.violations and lived.violations[0].invariant == invariant:
            best = lived
            if settings.faults is None:
                break
    return best


def _fewer_days(settings: Settings) -> Iterator[Settings]:
    for days in range(1, settings.days):
        yield replace(settings, days=days)


def _fewer_terminals(settings: Settings) -> Iterator[Settings]:
    for terminals in range(2, settings.terminals):
        yield replace(settings, terminals=terminals)


def _fewer_faults(settings: Settings) -> Iterator[Settings]:
    for kind in sorted(_kinds(settings)):
        yield replace(settings, faults=frozenset(KINDS) - {kind})


def _kinds(settings: Settings) -> frozenset[str]:
    """What may go wrong there: everything, if nothing else is said."""
    return frozenset(KINDS) if settings.faults is None else settings.faults
