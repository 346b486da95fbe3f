"""Figures of a measurement: they are printed, never judged."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from typing import Any


def figures(nanoseconds: Sequence[int]) -> dict[str, Any]:
    """Median, p95 and p99 in microseconds, by the nearest rank, with the number of samples; of none, that alone."""
    ordered = sorted(nanoseconds)
    if not ordered:
        return {"samples": 0}
    return {"samples": len(ordered), **{name: _rank(ordered, at) // 1000 for name, at in _RANKS.items()}}


_RANKS = {"median_us": 50, "p95_us": 95, "p99_us": 99}


def _rank(ordered: Sequence[int], percent: int) -> int:
    return ordered[min(len(ordered) - 1, -(-len(ordered) * percent // 100) - 1)]


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
    }
