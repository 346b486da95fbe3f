"""Points spent on a reward or a coupon: what may be used, why it may not, and the postings (D12, D17)."""

from __future__ import annotations

from loyalty.basket import MemberFacts, TillState
from loyalty.ledger import Account, Asset, Posting
from loyalty.lots import draw
from loyalty.moment import Moment
from loyalty.points import first_below, is_copyable, rights, usable_lots
from loyalty.programme import Programme
from loyalty.sale import Refused, Verdict

_VERDICTS = {
    "not_a_member": Verdict.POINTS_NOT_A_MEMBER,
    "assurance": Verdict.POINTS_ASSURANCE,
    "copyable_daily": Verdict.POINTS_COPYABLE_DAILY,
}


def refuse_points(
    points: int, member: MemberFacts | None, programme: Programme, at: Moment, state: TillState
) -> Refused | None:
    """Why `points` cannot be spent here now, or None: membership, assurance, what is there, the copyable daily cap."""
    ceilings = rights(member, state, programme, at)
    short = first_below(points, ceilings)
    if short is None:
        return None
    available = min(ceiling.points for ceiling in ceilings)
    return Refused(_VERDICTS.get(short.name, Verdict.POINTS_NOT_AVAILABLE), {"asked": points, "available": available})


def spend_points(points: int, programme: Programme, at: Moment, state: TillState) -> tuple[Posting, ...]:
    """The postings of `points`: the lot that expires soonest first (D17), and the daily count if cards can be copied.

    Raises ValueError if the lots hold less: ask `refuse_points` first.
    """
    postings = []
    for lot in draw(usable_lots(state, programme, at), points):
        postings.append(Posting(Account.LEASE, Asset.POINTS, lot.id, -lot.points))
        postings.append(Posting(Account.REDEEMED, Asset.POINTS, lot.id, lot.points))
    if points and is_copyable(state):
        key = f"copyable:{at.business_date().isoformat()}"
        postings.append(Posting(Account.LIMIT, Asset.LIMIT, key, -points))
        postings.append(Posting(Account.USED, Asset.LIMIT, key, points))
    return tuple(postings)
