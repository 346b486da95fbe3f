"""The world's own count of rights: coupons that are used once, and limits that are used so often and no more.

As `reference`, it reads the bytes of the operations itself and uses none of the product's code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from terminal.bench.simulation.chain import most_of
from terminal.bench.simulation.leased import Right

_GOES_TO = {"coupon": "redeemed", "limit": "used"}  # where a right is that was used
_INVARIANTS = {"coupon": "coupons_used_once", "limit": "limits_kept"}


def rights_used(operation: Mapping[str, Any]) -> Counter[Right]:
    """What an operation uses of each right; what it gives back is below zero."""
    used = Counter[Right]()
    for posting in operation["postings"]:
        if posting["account"] == _GOES_TO.get(posting["asset"]):
            used[posting["asset"], posting["lot"]] += posting["amount"]
    return used


@dataclass
class RightsUsed:
    """`used` of each right, and `bounded`: how much more a copied disk may use."""

    used: Counter[Right] = field(default_factory=Counter)
    bounded: Counter[Right] = field(default_factory=Counter)

    def record(self, operation: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
        """Take in an operation; gives the invariants that it breaks, each with a sentence and the member."""
        for right, amount in rights_used(operation).items():
            self.used[right] += amount
            most = 1 if right[0] == "coupon" else most_of(right[1])
            if amount > 0 and most is not None and self.used[right] > most + self.bounded[right]:
                text = f"{right[0]} {right[1]} was used {self.used[right]} times and may be {most} times"
                yield _INVARIANTS[right[0]], text, operation["member"] or ""
