"""What decides a world: two worlds with the same settings are the same to the last byte of their trace."""

from __future__ import annotations

from dataclasses import dataclass

WORLDS = ("hostile", "everyday")
VISITS_A_DAY = 3  # at most, to each terminal


@dataclass(frozen=True)
class Settings:
    """`faults` are the kinds that may happen, None: all. `mutant` and `policy` name a broken part and a way of sizing
    leases, None: the product as it is. `world` is one of WORLDS."""

    seed: int
    terminals: int = 5
    days: int = 3
    faults: frozenset[str] | None = None
    mutant: str | None = None
    policy: str | None = None
    world: str = "hostile"
