"""One operation on its way into the books: what it is about, and where its postings of one asset belong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hq.accounts import POOL, Account, lease_holder, lot_asset
from hq.judgement import Judgement, Rules
from hq.refund_rights import RefundRights
from hq.shared_rights import Shared
from loyalty.ledger import Account as Role
from loyalty.ledger import Asset
from protocol.operation import Kind, Operation, PostingRecord


@dataclass
class Booking:
    """`account` is None for what a guest does. `holder` is whose lease the operation means by `lease`."""

    operation: Operation
    account: Account | None
    shared: Shared
    rights: RefundRights
    rules: Rules
    judgement: Judgement

    def __post_init__(self) -> None:
        self.assets = frozenset([posting.asset for posting in self.operation.postings])  # what is moved at all

    @property
    def holder(self) -> str:
        """The terminal itself; a write-off at HQ names the one that is lost."""
        operation = self.operation
        if operation.kind is Kind.WRITE_OFF:
            return lease_holder(str(operation.detail["device"]), int(operation.detail["epoch"]))
        return lease_holder(operation.device, operation.epoch)

    def of(self, asset: Asset, *roles: Role) -> list[PostingRecord]:
        if asset not in self.assets:
            return []
        return [p for p in self.operation.postings if p.asset is asset and p.account in roles]

    def place(self, posting: PostingRecord) -> str:
        return self.holder if posting.account is Role.LEASE else POOL

    def members_own(self, asset: Asset, lot: str) -> bool:
        """Whether the member has this lot. What no member is known to have belongs to its bearer, as a gift card."""
        return self.account is not None and (lot_asset(asset), lot) in self.account.lots


def credits_first(postings: Sequence[PostingRecord]) -> Sequence[PostingRecord]:
    """An operation may spend what it earned itself."""
    return postings if len(postings) < 2 else sorted(postings, key=lambda posting: -posting.amount)
