"""Rights by the ledger: limits that this terminal counts, and what a member collected and used here (D29)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from loyalty.ledger import Account, Asset
from loyalty.limits import Scope
from protocol.operation import Operation
from terminal.store.ledger_file import LedgerFile

COUNTED_HERE = f"{Scope.TERMINAL}:"  # how the keys of such limits begin
_COUNTS = """SELECT lot, sum(amount) FROM posting
WHERE asset = 'limit' AND account = 'used' AND substr(lot, 1, ?) = ? GROUP BY lot"""
_OF_MEMBER = """SELECT posting.asset, posting.lot, sum(posting.amount) FROM operation JOIN posting USING (seq)
WHERE operation.member = ? AND (asset, account) IN (VALUES ('stamp', 'lease'), ('limit', 'used')) GROUP BY 1, 2"""


@dataclass(frozen=True)
class Rights:
    """What one member did at this terminal: `stamps` left by offer, and what was `used` by the key of the limit."""

    stamps: Mapping[str, int] = field(default_factory=dict)
    used: Mapping[str, int] = field(default_factory=dict)


def rights_of(file: LedgerFile, member: str) -> Rights:
    """Over all operations of the member in this ledger."""
    sums: dict[str, dict[str, int]] = {Asset.STAMP: {}, Asset.LIMIT: {}}
    for asset, lot, amount in file.rows(_OF_MEMBER, (member,)):
        sums[asset][lot] = amount
    return Rights(sums[Asset.STAMP], sums[Asset.LIMIT])


class Counters:
    """What this terminal has used of its own limits, whoever bought: read from the disk once, then kept up to date."""

    def __init__(self, file: LedgerFile) -> None:
        self._used: dict[str, int] = dict(file.rows(_COUNTS, (len(COUNTED_HERE), COUNTED_HERE)))

    def committed(self, operation: Operation) -> None:
        """An operation is on the disk."""
        for key, amount in _counted(operation):
            self._used[key] = self._used.get(key, 0) + amount

    def used(self) -> Mapping[str, int]:
        return MappingProxyType(self._used)


def _counted(operation: Operation) -> Iterator[tuple[str, int]]:
    for posting in operation.postings:
        if (posting.asset, posting.account) == (Asset.LIMIT, Account.USED) and posting.lot.startswith(COUNTED_HERE):
            yield posting.lot, posting.amount
