"""Acts of HQ by hand: points, stored value and coupons for a member, at HQ's pool."""

from __future__ import annotations

from hq.accounts import Account
from hq.own_chain import Act
from hq.problems import HqError
from loyalty.ledger import Account as Role
from loyalty.ledger import Asset, Posting
from loyalty.lots import draw
from protocol.operation import Kind, LotRecord
from protocol.sale_records import CouponRecord


def adjust_points(account: Account, points: int, why: str, today: str, lot: str, expires_on: str | None) -> Act:
    """`points` more, in a new lot, or fewer: from the pool, and what it lacks is owed (D12). Raises HqError for 0."""
    if not points:
        raise HqError("an adjustment by 0 points changes nothing: say how many, such as --points 50 or --points -20")
    detail = {"why": why}
    if points > 0:
        postings = (_posting(Role.ISSUED, lot, -points), _posting(Role.POOL, lot, points))
        record = LotRecord(id=lot, points=points, earned_on=today, expires_on=expires_on)
        return Act(Kind.ADJUST, account.member, postings, (record,), detail)
    pool = account.pool_lots(today)
    taken = draw(pool, min(-points, sum(part.points for part in pool)))
    moved = [(Role.POOL, part.id, part.points) for part in taken]
    owed = -points - sum(part.points for part in taken)
    moved += [(Role.DEBT, lot, owed)] if owed else []
    parts = tuple(
        posting
        for role, where, amount in moved
        for posting in (_posting(role, where, -amount), _posting(Role.CANCELLED, where, amount))
    )
    return Act(Kind.ADJUST, account.member, parts, (), detail)


def issue_coupon(member: str, coupon: CouponRecord, why: str) -> Act:
    """A coupon for this member, at HQ until a terminal asks for it."""
    code = coupon.code
    postings = (_posting(Role.ISSUED, code, -1, Asset.COUPON), _posting(Role.POOL, code, 1, Asset.COUPON))
    detail = {"why": why, "coupon": coupon.model_dump(mode="json")}
    return Act(Kind.ADJUST, member, postings, (), detail)


def _posting(role: Role, lot: str, amount: int, asset: Asset = Asset.POINTS) -> Posting:
    return Posting(role, asset, lot, amount)
