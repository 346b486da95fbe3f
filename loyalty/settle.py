"""`settle`: from a quote and its tenders to a sale with balanced postings, or the reason why it cannot be."""

from __future__ import annotations

from collections.abc import Sequence

from loyalty.basket import MemberFacts, TillState
from loyalty.ledger import Account, Asset, Posting
from loyalty.lots import Lot, draw
from loyalty.moment import Moment
from loyalty.points import (
    COPYABLE,
    Ceiling,
    first_below,
    last_good_day,
    most,
    programme_day,
    rights,
    usable_lots,
)
from loyalty.programme import PointsAsMoney, Programme
from loyalty.quote import PointsUse, Quote
from loyalty.sale import Refused, Sale, Tender, Verdict
from loyalty.tenders import pay

_VERDICTS = {
    "not_a_member": Verdict.POINTS_NOT_A_MEMBER,
    "assurance": Verdict.POINTS_ASSURANCE,
    "available": Verdict.POINTS_NOT_AVAILABLE,
    "copyable_daily": Verdict.POINTS_COPYABLE_DAILY,
}


def settle(
    quote: Quote,
    member: MemberFacts | None,
    tenders: Sequence[Tender],
    programme: Programme,
    at: Moment,
    state: TillState,
    lot_id: str,
) -> Sale | Refused:
    """The sale of `quote`, paid with `tenders` in this order. `lot_id` names the lot that earning makes.

    The member's rights are judged again by `state`, so a quote that has grown old is refused, never overspent. Points
    that were asked for and are not there refuse the sale; a cap or a small order only means that fewer are used.
    Raises ValueError if the quote was made with another programme, or for a member and none is given.
    """
    if (quote.programme, quote.version) != (programme.id, programme.version):
        raise ValueError(f"the quote is of {quote.programme} {quote.version}: price the basket again")
    if quote.earned and member is None:
        raise ValueError("the quote is a member's and no member is given: price the basket again")
    if not quote.lines:
        return Refused(Verdict.EMPTY_BASKET)
    refused = _points_refused(quote.use, rights(member, state, programme, at), programme.points_as_money)
    if refused is not None:
        return refused
    payment = pay(quote.due, tenders, programme.cash_rounding)
    if isinstance(payment, Refused):
        return payment
    new_lots = _new_lots(quote, programme, at, lot_id)
    postings = (*_redeemed(quote.use.points, programme, at, state), *_earned(new_lots))
    return Sale(quote, payment.kept, payment.rounding, payment.change, postings, new_lots)


def _points_refused(use: PointsUse, ceilings: Sequence[Ceiling], rule: PointsAsMoney) -> Refused | None:
    short = first_below(use.asked, ceilings)
    if short is None:
        return None
    return Refused(_VERDICTS[short.name], {"asked": use.asked, "available": most(ceilings, rule)})


def _redeemed(points: int, programme: Programme, at: Moment, state: TillState) -> list[Posting]:
    """Lots are drawn soonest expiry first (D17); a copyable card also counts against its daily limit (D29)."""
    postings = []
    for lot in draw(usable_lots(state, programme, at), points):
        postings.append(Posting(Account.LEASE, Asset.POINTS, lot.id, -lot.points))
        postings.append(Posting(Account.REDEEMED, Asset.POINTS, lot.id, lot.points))
    if points and state.assurance in COPYABLE:
        key = f"copyable:{at.business_date().isoformat()}"
        postings.append(Posting(Account.LIMIT, Asset.LIMIT, key, -points))
        postings.append(Posting(Account.USED, Asset.LIMIT, key, points))
    return postings


def _new_lots(quote: Quote, programme: Programme, at: Moment, lot_id: str) -> tuple[Lot, ...]:
    if not quote.earns:
        return ()
    today = programme_day(programme, at)
    good_until = last_good_day(today, programme.points_as_money.lifetime_months)
    return (Lot(lot_id, quote.earns, today.isoformat(), good_until),)


def _earned(lots: Sequence[Lot]) -> list[Posting]:
    postings = []
    for lot in lots:
        postings.append(Posting(Account.ISSUED, Asset.POINTS, lot.id, -lot.points))
        postings.append(Posting(Account.LEASE, Asset.POINTS, lot.id, lot.points))
    return postings
