"""How far a card proved itself, and what that is enough for (cards.md)."""

from __future__ import annotations

from loyalty.section import Section

LEVELS = ("P0", "P1", "P2", "P3", "P4")  # P0 proves nothing; P2 counts as P1 for money
ASKED = ("P1", "P3", "P4")


def reaches(level: str, least: str) -> bool:
    """Whether `level` proves at least as much as `least`. Raises ValueError for what is no level."""
    if level not in LEVELS:
        raise ValueError(f"assurance is {level!r}: use one of {', '.join(LEVELS)}")
    counted = "P1" if level == "P2" else level
    return LEVELS.index(counted) >= LEVELS.index(least)


def read_level(section: Section, key: str, default: str) -> str:
    """The optional level at `key`. P0 proves nothing, so it is none, and P2 is P1."""
    return (section.choice(key, ASKED) or default) if section.has(key) else default
