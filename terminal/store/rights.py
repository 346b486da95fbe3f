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
_COUNTS = """SELECT lot, sum(amount) FROM (
  SELECT lot, amount FROM posting WHERE asset = 'limit' AND account = 'used'
  UNION ALL SELECT lot, amount FROM settled WHERE account = 'used'
) WHERE substr(lot, 1, ?) = ? GROUP BY lot"""
_STAMPS = "SELECT lot, remaining FROM lease WHERE member = ? AND asset = 'stamp' AND remaining > 0"
_USED = """SELECT lot, sum(amount) FROM (
  SELECT lot, amount FROM operation JOIN posting USING (seq)
  WHERE operation.member = ?1 AND asset = 'limit' AND account = 'used'
  UNION ALL SELECT lot, amount FROM settled WHERE member = ?1 AND account = 'used'
) GROUP BY lot"""


@dataclass(frozen=True)
class Rights:
    """What one member did at this terminal: `stamps` left by offer, and what was `used` by the key of the limit."""

    stamps: Mapping[str, int] = field(default_factory=dict)
    used: Mapping[str, int] = field(default_factory=dict)


def rights_of(file: LedgerFile, member: str) -> Rights:
    """Over all operations of the member that this terminal ever made, pruned ones included."""
    return Rights(dict(file.rows(_STAMPS, (member,))), dict(file.rows(_USED, (member,))))


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
