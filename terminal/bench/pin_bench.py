"""What a PIN must cost on this machine: between 250 and 500 ms, and never less than the floor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cards.pin_cost import FLOOR, LEAST_MS, MIB, MOST_MS, Cost, calibrate


def propose(took_ms: Callable[[Cost], int]) -> dict[str, Any]:
    """The cost that was found, how long it took, the floor beside it, and what to run at HQ. Judges nothing."""
    found = calibrate(took_ms)
    memory_mib, passes = found.cost.memory_kib // MIB, found.cost.passes
    return {
        "memory_mib": memory_mib,
        "passes": passes,
        "took_ms": found.took_ms,
        "floor_ms": found.took_ms if found.cost == FLOOR else took_ms(FLOOR),
        "aim_ms": [LEAST_MS, MOST_MS],
        "measured": found.measured,
        "command": f"stillpoint-hq pin begin --memory-mib {memory_mib} --passes {passes}",
    }
