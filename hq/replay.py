"""HQ prices a sale again from what its operation carries, and compares the bytes (D21)."""

from __future__ import annotations

from collections.abc import Mapping

from hq.reasons import Reason
from loyalty import ENGINE, Programme, Quote, price, to_json
from loyalty.ledger import Account, Asset
from loyalty.moment import Moment
from protocol import canonical
from protocol.operation import Operation
from protocol.sale_detail import SaleDetail, SaleDetailError

# The inputs come from outside. Whatever they make of `price`, the queue goes on and the sale stands.
_UNPRICEABLE = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


def replay(operation: Operation, programmes: Mapping[int, Programme]) -> Reason | None:
    """None when the result is the same, or when HQ knows neither this engine nor this version of the programme.

    Compared are the quote's canonical bytes, the member, and the points that the postings issue and redeem.
    """
    try:
        detail = SaleDetail.read(operation.detail)
    except SaleDetailError:
        return Reason.REPLAY_IMPOSSIBLE
    programme = programmes.get(detail.programme_version)
    if programme is None or detail.engine != ENGINE:
        return None
    try:
        at = Moment(operation.at_ms, operation.zone, detail.cutoff_hours)
        quote = price(detail.to_basket(), detail.to_member(), programme, at, detail.to_state())
        same = canonical.encode(to_json(quote)) == canonical.encode(detail.quote)
    except _UNPRICEABLE:
        return Reason.REPLAY_IMPOSSIBLE
    who = detail.member.id if detail.member else None
    return None if same and who == operation.member and _books(operation, quote) else Reason.REPLAY_DIFFERS


def _books(operation: Operation, quote: Quote) -> bool:
    """Whether the postings move exactly the points that the quote earns and uses."""
    issued, redeemed = _sum(operation, Account.ISSUED), _sum(operation, Account.REDEEMED)
    return issued == -quote.earns and redeemed == quote.use.points


def _sum(operation: Operation, account: Account) -> int:
    return sum(p.amount for p in operation.postings if p.asset is Asset.POINTS and p.account is account)
