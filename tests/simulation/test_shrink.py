"""A broken world is made as small as it gets while the same rule still breaks."""

from __future__ import annotations

from terminal.bench.simulation.settings import Settings
from terminal.bench.simulation.shrink import minimal_trace, shrink


def test_a_smaller_world_breaks_the_same_rule() -> None:
    lived = shrink(Settings(1, terminals=3, days=2, mutant="timestamp-cursor"), "pages_add_up")
    assert (lived.settings.terminals, lived.settings.days) == (2, 1)
    assert lived.settings.faults == frozenset(), "none of them is needed"
    assert lived.violations[0].invariant == "pages_add_up"


def test_its_trace_ends_with_the_violation() -> None:
    settings = Settings(1, terminals=2, days=1, mutant="timestamp-cursor", faults=frozenset())
    lines = minimal_trace(shrink(settings, "pages_add_up"))
    assert "VIOLATION pages_add_up" in lines[-1]
    assert len(lines) < 60
