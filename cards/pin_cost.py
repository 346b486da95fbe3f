"""What one Argon2id costs (RFC 9106), and how dear it is made on a device: 250 to 500 ms, never below the floor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

MIB = 1024  # KiB
LEAST_MS, AIM_MS, MOST_MS = 250, 350, 500
MOST_PASSES = 64


@dataclass(frozen=True)
class Cost:
    """Memory in KiB, passes over it, and lanes."""

    memory_kib: int
    passes: int
    lanes: int = 1


FLOOR = Cost(19 * MIB, 2)
MOST_MEMORY = 64 * MIB  # a till has other things to keep in memory
CEILING = Cost(256 * MIB, MOST_PASSES, 4)  # of a hash that comes from elsewhere: more would be an attack


def argon2id(password: bytes, salt: bytes, cost: Cost, *, secret: bytes, data: bytes, length: int = 32) -> bytes:
    """RFC 9106, with a secret (the pepper) and associated data. Takes as long as `cost` says."""
    made = Argon2id(
        salt=salt,
        length=length,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
        ad=data,
        secret=secret,
    )
    return made.derive(password)


@dataclass(frozen=True)
class Calibrated:
    """The cost found, how long it took, and in how many measurements."""

    cost: Cost
    took_ms: int
    measured: int


def calibrate(measure: Callable[[Cost], int]) -> Calibrated:
    """The cost that takes LEAST_MS to MOST_MS by `measure`, in ms: memory first, then passes.

    On a device that is slower than MOST_MS at the floor it is the floor: a weak hash is worse than a slow one. On one
    that is faster than LEAST_MS at the most it is the most.
    """
    found = Calibrated(FLOOR, measure(FLOOR), 1)
    found = _grow(found, measure, _more_memory)
    return _grow(found, measure, _more_passes)


def _grow(found: Calibrated, measure: Callable[[Cost], int], more: Callable[[Calibrated], Cost | None]) -> Calibrated:
    """Step by step until it takes long enough. A step that takes too long is not made."""
    while found.took_ms < LEAST_MS and (cost := more(found)) is not None:
        took_ms = measure(cost)
        if took_ms > MOST_MS:
            return replace(found, measured=found.measured + 1)
        found = Calibrated(cost, took_ms, found.measured + 1)
    return found


def _more_memory(found: Calibrated) -> Cost | None:
    memory = min(2 * found.cost.memory_kib, MOST_MEMORY)
    return replace(found.cost, memory_kib=memory) if memory > found.cost.memory_kib else None


def _more_passes(found: Calibrated) -> Cost | None:
    """As many as reach the aim, if each takes as long as those before."""
    now = found.cost.passes
    passes = min(max(now + 1, now * AIM_MS // max(found.took_ms, 1)), 2 * now, MOST_PASSES)
    return replace(found.cost, passes=passes) if passes > now else None
