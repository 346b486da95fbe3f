"""A day of a terminal for crash tests, from a seed: everything that writes the ledger, one act after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from terminal.bench.crash import acts, lease_acts, proof_acts
from terminal.bench.crash.made import DEVICE, EPOCH, MEMBERS, Till
from terminal.store.ledger import Ledger

Act = Callable[[Till], None]
ACTS: dict[str, tuple[Act, int]] = {**acts.ACTS, **lease_acts.ACTS, **proof_acts.ACTS}  # each with how often it comes
MONTH = (lease_acts.mark, lease_acts.mark_late, lease_acts.prune)  # at the end, in this order


def open_ledger(path: Path, vfs: str | None = None) -> Ledger:
    return Ledger.open(path, DEVICE, EPOCH, vfs)


@dataclass
class Day:
    """`answered` is called with the number of each act when it has returned; act 0 opens the ledger.

    Each act is one transaction, or none.
    """

    open: Callable[[], Ledger]
    chance: Random
    answered: Callable[[int], None]
    done: Counter[str] = field(default_factory=Counter)

    def play(self, count: int) -> None:
        """So many acts after the first grants, and then a month passes."""
        names = list(ACTS)
        weights = [weight for _, weight in ACTS.values()]
        self.play_these([ACTS[name][0] for name in self.chance.choices(names, weights, k=count)])

    def play_these(self, wanted: list[Act]) -> None:
        till = Till(self.open, self.chance)
        first: list[Act] = [acts.first_contact, *[acts.grant] * len(MEMBERS)]
        try:
            self.answered(0)
            for number, act in enumerate([*first, *wanted, acts.acknowledge_all, *MONTH], 1):
                self.done[act.__name__] += 1
                act(till)
                self.answered(number)
        finally:
            till.ledger.close()
