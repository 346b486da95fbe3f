"""`void`: a whole sale undone on its own business date, while nothing of it has come back (sync.md, Conflicts)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from loyalty.claw_back import TakenBack
from loyalty.ledger import Account, Asset
from loyalty.moment import Moment
from loyalty.points import programme_day
from loyalty.programme import Programme
from loyalty.refund import case_of, take
from loyalty.refund_answer import Refund
from loyalty.refund_policy import CouponBack, RefundPolicy
from loyalty.refund_sale import Known, RefundsSoFar, Return, SoldSale
from loyalty.sale import Refused, TenderKind, Verdict
from loyalty.standing import Standing, after, is_good

NOTHING_ELSE = Known()
_MEMBERS = (Account.LEASE, Account.PENDING)
_COUNTED = (Asset.POINTS, Asset.STAMP)
_VALUE = (Asset.PRINCIPAL, Asset.BONUS)


@dataclass(frozen=True)
class Void:
    """`refund` is what goes back, all of it. `exact`: every posting of the sale is reversed as it was.

    Otherwise some of what the sale gave is gone already, and `refund` says what was taken instead, as of a return.
    """

    refund: Refund
    exact: bool


def void(
    sale: SoldSale,
    so_far: RefundsSoFar,
    standing: Standing,
    programme: Programme,
    at: Moment,
    policy: RefundPolicy,
    known: Known = NOTHING_ELSE,
) -> Void | Refused:
    """Undo the sale with every line, also gift cards and bottles, and every tender, coupon and right.

    Refused: VOID_AFTER_REFUND, VOID_OTHER_DAY, VALUE_LOT_UNKNOWN; each can be refunded instead.
    """
    case = case_of(sale, so_far, standing, programme, at, policy, known, TenderKind.CASH)
    if not so_far.untouched:
        return Refused(Verdict.VOID_AFTER_REFUND)
    sold_on, today = sale.at.business_date().isoformat(), at.business_date().isoformat()
    if sold_on != today:
        return Refused(Verdict.VOID_OTHER_DAY, {"sold_on": sold_on, "today": today})
    everything = [Return(no, line.units) for no, line in case.lines.items()]
    if not _is_all_there(sale, standing, programme, at, known):
        whole = take(case, everything)
        return whole if isinstance(whole, Refused) else Void(whole, exact=False)
    whole = take(replace(case, policy=replace(policy, debt_cap=None, coupon_back=CouponBack.FULL_RETURN)), everything)
    return whole if isinstance(whole, Refused) else Void(_reversed(whole, sale, standing), exact=True)


def _is_all_there(sale: SoldSale, standing: Standing, programme: Programme, at: Moment, known: Known) -> bool:
    """Whether what the sale gave is still where it was put, and what it drew may go back with its own date."""
    held = {(Account.PENDING, Asset.POINTS, each.lot.id): each.lot.points for each in standing.pending}
    held |= {(Account.LEASE, Asset.POINTS, lot.id): lot.points for lot in standing.lease}
    held |= {(Account.LEASE, Asset.STAMP, offer): stamps for offer, stamps in known.stamps.items()}
    given = [each for each in sale.sale.postings if each.account in _MEMBERS and each.asset in _COUNTED]
    if any(each.amount > held.get((each.account, each.asset, each.lot), 0) for each in given):
        return False
    return all(is_good(lot, programme_day(programme, at).isoformat()) for lot in sale.lots_drawn)


def _reversed(whole: Refund, sale: SoldSale, standing: Standing) -> Refund:
    """The refund of all with the sale's own postings undone. Stored value is wound back as in any refund (D24)."""
    undone = tuple(
        replace(posting, amount=-posting.amount) for posting in sale.sale.postings if posting.asset not in _VALUE
    )
    value = tuple(posting for posting in whole.postings if posting.asset in _VALUE)
    own = tuple(each for each in undone if each.asset is Asset.POINTS and each.lot == sale.lot)
    debt = -sum(posting.amount for posting in own if posting.account is Account.DEBT)
    taken = TakenBack(sale.earned, sale.earned - debt, 0, debt, 0, own)
    now = after(standing, undone, sale.lots_drawn)
    return replace(whole, taken=taken, debt=debt, debt_paid=0, postings=(*undone, *value), standing=now)
