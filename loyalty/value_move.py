"""What one step moved in a lot of stored value: the lot before and after, and the postings between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from loyalty.ledger import Account, Asset, Posting
from loyalty.value import ValueLot


@dataclass(frozen=True)
class ValuePart:
    """What a tender drew from a lot. `account` names the gift card it belongs to; "" is the member's own value."""

    lot: str
    principal: int
    bonus: int
    account: str = ""

    @property
    def total(self) -> int:
        return self.principal + self.bonus


@dataclass(frozen=True)
class ValueMove:
    """One lot before and after. `principal` and `bonus` are how much of each came or went, `ended` the bonus lost."""

    before: ValueLot
    after: ValueLot

    @property
    def lot(self) -> str:
        return self.after.id

    @property
    def principal(self) -> int:
        return abs(self.after.principal_left - self.before.principal_left)

    @property
    def bonus(self) -> int:
        return abs(self.after.bonus_left - self.before.bonus_left)

    @property
    def ended(self) -> int:
        return self.after.bonus_ended - self.before.bonus_ended

    def part(self, account: str = "") -> ValuePart:
        return ValuePart(self.lot, self.principal, self.bonus, account)

    def postings(self, ended: Account = Account.CANCELLED) -> tuple[Posting, ...]:
        """They balance by themselves: what a lot was topped up with is left, spent, paid out or ended.

        `ended` is where bonus goes that was lost: CANCELLED by a pay-out, EXPIRED by its date.
        """
        before, after = self.before, self.after
        moved = [
            (Account.LEASE, Asset.PRINCIPAL, after.principal_left - before.principal_left),
            (Account.REDEEMED, Asset.PRINCIPAL, after.principal_spent - before.principal_spent),
            (Account.PAID_OUT, Asset.PRINCIPAL, after.paid_out - before.paid_out),
            (Account.LEASE, Asset.BONUS, after.bonus_left - before.bonus_left),
            (Account.REDEEMED, Asset.BONUS, after.bonus_spent - before.bonus_spent),
            (ended, Asset.BONUS, self.ended),
        ]
        return tuple(Posting(account, asset, self.lot, amount) for account, asset, amount in moved if amount)


def issue_value(lot: ValueLot) -> tuple[Posting, ...]:
    """The postings that bring a new lot into the lease."""
    parts = ((Asset.PRINCIPAL, lot.principal), (Asset.BONUS, lot.bonus))
    return tuple(
        Posting(account, asset, lot.id, sign * amount)
        for asset, amount in parts
        if amount
        for account, sign in ((Account.ISSUED, -1), (Account.LEASE, 1))
    )


def after_moves(lots: Iterable[ValueLot], moves: Iterable[ValueMove]) -> tuple[ValueLot, ...]:
    """`lots` as they are after `moves`, in the same order."""
    changed = {move.lot: move.after for move in moves}
    return tuple(changed.get(lot.id, lot) for lot in lots)
