"""What lies on a terminal's disk: of each member's purses, and of rights. A copied disk can cost so much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from terminal.store.held import Held
from terminal.store.ledger import Ledger

Purse = tuple[str, str]  # member, and points or value
Right = tuple[str, str]  # asset, and the coupon's code or the limit's key


@dataclass(frozen=True)
class Leased:
    """Points and value by purse in their least units; coupons as 1, and limits as what is left of them."""

    purses: Mapping[Purse, int]
    rights: Mapping[Right, int] = field(default_factory=dict)

    def more_than(self, before: Leased) -> Leased:
        """What has come since `before`."""
        return Leased(Counter(self.purses) - Counter(before.purses), Counter(self.rights) - Counter(before.rights))


def leased_by(ledger: Ledger, members: Iterable[str]) -> Leased:
    """All that the ledger holds of these members, and of whoever bears it."""
    purses: dict[Purse, int] = {}
    rights: dict[Right, int] = {}
    for member in sorted(members):
        held = ledger.held(member)
        purses[member, "points"] = sum(lot.points for lot in held.points)
        purses[member, "value"] = sum(lot.left for lot in held.value)
        rights |= _rights(held)
    return Leased(purses, rights | _rights(ledger.bearer()))


def _rights(held: Held) -> dict[Right, int]:
    coupons = {("coupon", coupon.code): 1 for coupon in held.coupons}
    return coupons | {("limit", key): left for key, left in held.limits.items()}
