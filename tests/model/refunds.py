"""The part of the reference about rights to refund: each lies in one place, and what was sold comes back once."""

from __future__ import annotations

from dataclasses import dataclass, field

Sale = tuple[str, int]  # terminal, number
POOL = "pool"
UNITS = 2  # of the one line of each sale


@dataclass(frozen=True)
class RightChange:
    """What one operation or grant does: a sale is made, a unit of it comes back, rights leave here or arrive."""

    sold: Sale | None = None
    back: Sale | None = None
    released: tuple[Sale, ...] = ()
    granted: tuple[Sale, ...] = ()


NO_RIGHT = RightChange()


@dataclass
class Refunds:
    """`here[terminal][sale]` is how many units came back, where that terminal has the right. HQ knows the holder and
    the units by what it has heard."""

    here: dict[str, dict[Sale, int]] = field(default_factory=dict)
    moved: set[tuple[str, Sale]] = field(default_factory=set)
    holder: dict[Sale, str] = field(default_factory=dict)
    known: dict[Sale, int] = field(default_factory=dict)

    def append(self, terminal: str, change: RightChange) -> None:
        mine = self.here.setdefault(terminal, {})
        if change.sold:
            mine[change.sold] = 0
        if change.back:
            mine[change.back] += 1
            assert mine[change.back] <= UNITS, f"{change.back} came back more often than it was sold"
        for sale in change.released:
            del mine[sale]
            self.moved.discard((terminal, sale))

    def upload(self, terminal: str, change: RightChange) -> None:
        if change.sold:
            self.holder[change.sold], self.known[change.sold] = terminal, 0
        if change.back:
            assert self.holder[change.back] == terminal, f"{terminal} refunded {change.back} without the right"
            self.known[change.back] += 1
        for sale in change.released:
            assert self.holder[sale] == terminal, f"{terminal} released {sale} and did not have it"
            self.holder[sale] = POOL

    def give(self, terminal: str, change: RightChange) -> None:
        for sale in change.granted:
            assert self.holder[sale] == POOL, f"HQ granted the right to refund {sale}, which {self.holder[sale]} has"
            self.holder[sale] = terminal

    def apply(self, terminal: str, change: RightChange) -> None:
        for sale in change.granted:
            assert not any(sale in mine for mine in self.here.values()), f"two terminals may refund {sale}"
            self.here.setdefault(terminal, {})[sale] = self.known[sale]
            self.moved.add((terminal, sale))

    def born_through(self, terminal: str, seq: int) -> tuple[Sale, ...]:
        """The own sales up to a number whose right has never left."""
        mine = self.here.get(terminal, {})
        return tuple(s for s in mine if s[0] == terminal and s[1] <= seq and (terminal, s) not in self.moved)
