"""An HQ of an older release: it does not know a kind of fact yet that newer terminals send."""

from __future__ import annotations

from hq.accounts import Account
from hq.apply import apply
from hq.judgement import Judgement, Rules
from hq.reasons import Reason
from hq.refund_rights import RefundRights
from hq.shared_rights import Shared
from hq.take_in import Judge
from protocol.operation import Kind, Operation

YOUNG = (Kind.TOP_UP, Kind.PAY_OUT, Kind.VOID, Kind.REFUND, Kind.LEASE_RETURN, Kind.RELEASE)  # an older HQ lacks one


def knows_not(unknown: Kind | None) -> Judge:
    """How a release books that has never heard of the kind `unknown`; None: the newest."""

    def judge(
        operation: Operation, account: Account | None, shared: Shared, rights: RefundRights, rules: Rules
    ) -> Judgement:
        if operation.kind is unknown:
            return Judgement.parked(Reason.UNREADABLE)
        return apply(operation, account, shared, rights, rules)

    return judge
