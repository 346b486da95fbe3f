"""A share, counted over many worlds, and how far chance may have moved it: what happens in one world goes together."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt


@dataclass
class Spread:
    """`part` of `whole` in so many `worlds`, with the sums that the error needs."""

    worlds: int = 0
    part: int = 0
    whole: int = 0
    parts_squared: int = 0
    wholes_squared: int = 0
    products: int = 0

    @classmethod
    def of(cls, part: int, whole: int) -> Spread:
        """One world; it counts for nothing where there was nothing."""
        return cls(1, part, whole, part * part, whole * whole, part * whole) if whole else cls()

    def add(self, other: Spread) -> None:
        self.worlds += other.worlds
        self.part += other.part
        self.whole += other.whole
        self.parts_squared += other.parts_squared
        self.wholes_squared += other.wholes_squared
        self.products += other.products

    @property
    def share(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def error(self) -> float | None:
        """The standard error of `share`, a ratio over independent worlds; None for fewer than two."""
        if self.worlds < 2 or not self.whole:
            return None
        share = self.part / self.whole
        squares = self.parts_squared - 2 * share * self.products + share * share * self.wholes_squared
        return sqrt(max(0.0, squares) * self.worlds / (self.worlds - 1)) / self.whole
