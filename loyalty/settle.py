"""`settle`: from a quote and its tenders to a sale with balanced postings, or the reason why it cannot be."""

from __future__ import annotations

from collections.abc import Sequence

from loyalty.basket import Basket, MemberFacts, TillState
from loyalty.moment import Moment
from loyalty.points import Ceiling, first_below, most, rights
from loyalty.programme import PointsAsMoney, Programme
from loyalty.quote import PointsUse, Quote
from loyalty.reward_points import spend_points
from loyalty.right_postings import right_postings
from loyalty.rights_left import rights_refused
from loyalty.sale import Refused, Sale, Tender, TenderKind, Verdict
from loyalty.sale_earning import earned_postings, new_lots, what_it_earns
from loyalty.tenders import pay
from loyalty.value_tender import ValuePaid, pay_with_value, payable_by_value

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
    basket: Basket | None = None,
) -> Sale | Refused:
    """The sale of `quote`, paid with `tenders` in this order. `lot_id` names the lot that earning makes.

    The member's rights are judged again by `state`, so a quote that has grown old is refused, never overspent. Points
    that were asked for and are not there refuse the sale; a cap or a small order only means that fewer are used.
    `basket` is what was priced; stored value needs it, to know what it may pay and what earns (D04).
    Raises ValueError if the quote was made with another programme, for a member and none is given, or for another
    basket, and if stored value pays and no basket is given.
    """
    _check(quote, member, tenders, programme, basket)
    if not quote.lines:
        return Refused(Verdict.EMPTY_BASKET)
    refused = _points_refused(quote.use, rights(member, state, programme, at), programme.points_as_money)
    refused = refused or rights_refused(quote, member, state, programme, at)
    if refused is not None:
        return refused
    payment = pay(quote.due, tenders, programme.cash_rounding)
    if isinstance(payment, Refused):
        return payment
    drawn = _drawn(quote, member, payment.kept, programme, at, state, basket)
    if isinstance(drawn, Refused):
        return drawn
    earning = what_it_earns(quote, _idle_bonus(drawn, programme), basket, member, programme, at, state)
    lots = new_lots(earning.points, programme, at, lot_id)
    postings = (
        *spend_points(quote.use.points, programme, at, state),
        *right_postings(quote.rights),
        *drawn.postings,
        *earned_postings(lots, state.debt, pending=programme.points.return_window_days > 0),
    )
    return Sale(
        quote=quote,
        tenders=payment.kept,
        rounding=payment.rounding,
        change=payment.change,
        postings=postings,
        new_lots=lots,
        value=drawn.parts,
        bases=earning.bases,
        earned=earning.earned,
    )


def _check(
    quote: Quote, member: MemberFacts | None, tenders: Sequence[Tender], programme: Programme, basket: Basket | None
) -> None:
    if (quote.programme, quote.version) != (programme.id, programme.version):
        raise ValueError(f"the quote is of {quote.programme} {quote.version}: price the basket again")
    if quote.earned and member is None:
        raise ValueError("the quote is a member's and no member is given: price the basket again")
    if basket is not None and sorted(line.no for line in basket.lines) != [line.no for line in quote.lines]:
        raise ValueError("the quote is of another basket: price this one")
    if basket is None and any(tender.kind is TenderKind.STORED_VALUE for tender in tenders):
        raise ValueError("stored value pays a part and no basket is given: give the one that was priced")


def _points_refused(use: PointsUse, ceilings: Sequence[Ceiling], rule: PointsAsMoney) -> Refused | None:
    short = first_below(use.asked, ceilings)
    if short is None:
        return None
    return Refused(_VERDICTS[short.name], {"asked": use.asked, "available": most(ceilings, rule)})


def _drawn(
    quote: Quote,
    member: MemberFacts | None,
    tenders: Sequence[Tender],
    programme: Programme,
    at: Moment,
    state: TillState,
    basket: Basket | None,
) -> ValuePaid | Refused:
    policy = programme.stored_value
    payable = payable_by_value(quote, basket, policy.pays) if basket and policy else 0
    return pay_with_value(tenders, member, programme, at, state, payable)


def _idle_bonus(drawn: ValuePaid, programme: Programme) -> int:
    """The bonus that paid and earns nothing (D04)."""
    policy = programme.stored_value
    return 0 if policy and policy.bonus_earns else drawn.bonus
