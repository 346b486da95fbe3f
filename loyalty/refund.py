"""`refund`: what comes back, what goes back, and the right to refund what is left. Pure, so it is its own preview.

Everything is worked out on the sum of all returns of the sale, this one included, less what earlier ones gave and
took. So returns may be divided and come in any order: they end where one return of everything ends (D05, D10, D14).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from loyalty.ledger import Posting
from loyalty.moment import Moment
from loyalty.points import programme_day
from loyalty.programme import Programme
from loyalty.refund_answer import Refund
from loyalty.refund_claim import Claim, claim, points_of_rest
from loyalty.refund_lines import LineBack, SoldLine, lines_back, lines_refused, order_total, sold_lines
from loyalty.refund_points import LotBack, Mix, back_postings, lots_back
from loyalty.refund_policy import RefundPolicy
from loyalty.refund_rights import RightsBack, rights_back
from loyalty.refund_sale import Known, RefundsSoFar, Return, SoldSale
from loyalty.refund_tenders import MoneyBack, money_back
from loyalty.refund_value import value_back
from loyalty.refund_worth import Worth, worth
from loyalty.sale import Refused, TenderKind
from loyalty.standing import Standing, after
from loyalty.value_move import ValueMove

NOTHING_ELSE = Known()


@dataclass(frozen=True)
class Case:
    """One sale at the desk where goods come back, with its lines and the right to refund them."""

    sale: SoldSale
    so_far: RefundsSoFar
    lines: Mapping[int, SoldLine]
    standing: Standing
    programme: Programme
    at: Moment
    policy: RefundPolicy
    known: Known
    collect: TenderKind


@dataclass(frozen=True)
class _Sums:
    """All returns of the sale, this one included: units by line, their worth, and what of it is points and money."""

    units: Mapping[int, int]
    worth: Worth
    points: int
    money: int


def refund(
    sale: SoldSale,
    so_far: RefundsSoFar,
    request: Sequence[Return],
    standing: Standing,
    programme: Programme,
    at: Moment,
    policy: RefundPolicy,
    known: Known = NOTHING_ELSE,
    collect: TenderKind = TenderKind.CASH,
) -> Refund | Refused:
    """Take the lines of `request` back; `so_far` is the right to refund them (D30), at first `right_to_refund(sale)`.

    `standing` is the member's points as far as they are known here, `known` what else is. `programme` is of the sale's
    version (D11). Where the rest costs more than what was paid for it, the tender `collect` takes the difference.
    Refused: NOTHING_TO_REFUND, LINE_UNKNOWN, UNITS_NOT_LEFT, LINE_NOT_RETURNABLE, VALUE_LOT_UNKNOWN.
    Raises ValueError if `programme` or `so_far` belongs to another sale.
    """
    case = case_of(sale, so_far, standing, programme, at, policy, known, collect)
    refused = lines_refused(request, so_far.left(sale), case.lines)
    return refused or take(case, request)


def case_of(
    sale: SoldSale,
    so_far: RefundsSoFar,
    standing: Standing,
    programme: Programme,
    at: Moment,
    policy: RefundPolicy,
    known: Known,
    collect: TenderKind,
) -> Case:
    """The case, checked. Raises ValueError if its parts do not belong together."""
    quote = sale.quote
    if (quote.programme, quote.version) != (programme.id, programme.version):
        raise ValueError(
            f"the sale was priced by {quote.programme} {quote.version}: give that version of the programme"
        )
    lines = sold_lines(sale, programme)
    if any(no not in lines or not 0 <= count <= lines[no].units for no, count in so_far.units.items()):
        raise ValueError("the right to refund is of another sale: it names units that this one did not sell")
    return Case(sale, so_far, lines, standing, programme, at, policy, known, collect)


def take(case: Case, request: Sequence[Return]) -> Refund | Refused:
    """The refund of lines that may come back."""
    lines = lines_back(request, case.so_far.units, case.lines)
    sums = _sums(case, lines)
    back = _points_back(case, sums)
    given = back_postings(back, case.standing.debt)
    held = after(case.standing, given, [each.lot for each in back])
    claimed = _claim(case, sums, held)
    paid = _pay(case, sums.money - case.so_far.money - claimed.bought_for)
    moves = value_back(case.sale, case.so_far.tenders, paid.sides, case.known.value)
    if isinstance(moves, Refused):
        return moves
    complete = _is_complete(case, sums.units)
    rights = rights_back(case.sale, case.known.stamps, case.at, case.policy.coupon_back) if complete else RightsBack()
    postings = (*given, *claimed.postings, *rights.postings, *_value_postings(moves))
    return Refund(
        lines=lines,
        value=sums.worth.value - case.so_far.value,
        points_back=sums.points - case.so_far.points_back,
        money=sums.money - case.so_far.money,
        deducted=claimed.bought_for,
        tenders=paid.tenders,
        collected=paid.collected,
        cash_rounding=paid.rounding,
        lots_back=back,
        debt_paid=case.standing.debt - held.debt,
        earned=case.sale.earned,
        rest_earns=claimed.kept,
        taken=claimed.taken,
        bought=claimed.bought,
        debt=claimed.debt,
        rights=rights,
        value_moves=moves,
        complete=complete,
        threshold=case.policy.threshold,
        rest_costs=order_total(case.sale.quote) - sums.worth.value,
        postings=postings,
        standing=after(held, claimed.postings),
        after=_after(case.so_far, sums, claimed, paid),
    )


def _sums(case: Case, lines: Sequence[LineBack]) -> _Sums:
    units = dict(case.so_far.units)
    for each in lines:
        units[each.no] = units.get(each.no, 0) + each.quantity
    worth_back = worth(case.sale, units, case.lines, case.programme, case.policy.threshold)
    use, quote = case.sale.quote.use, case.sale.quote
    goods = sum(line.amounts[-1] for line in case.lines.values() if line.is_goods)
    mix = Mix(use.points, use.money, quote.due, goods)
    points, money = mix.part(worth_back.value, worth_back.goods, case.so_far.points_back)
    return _Sums(units, worth_back, points, money)


def _points_back(case: Case, sums: _Sums) -> tuple[LotBack, ...]:
    before, today = case.so_far.points_back, programme_day(case.programme, case.at)
    return lots_back(case.sale.lots_drawn, before, sums.points - before, today, case.policy.grace_days)


def _claim(case: Case, sums: _Sums, held: Standing) -> Claim:
    """The earned points that go; those that just came back are there to be taken before anything is owed."""
    kept = points_of_rest(case.sale, sums.worth.rest, case.programme)
    day, money = programme_day(case.programme, case.at).isoformat(), sums.money - case.so_far.money
    return claim(
        case.sale,
        case.so_far,
        kept,
        held,
        case.programme,
        day,
        case.policy,
        money=money,
        expired=case.known.expired,
    )


def _pay(case: Case, amount: int) -> MoneyBack:
    order, unit = case.policy.tender_order, case.programme.cash_rounding
    return money_back(case.so_far.tenders, case.so_far.cash, amount, order, unit, case.collect)


def _value_postings(moves: Sequence[ValueMove]) -> tuple[Posting, ...]:
    return tuple(posting for move in moves for posting in move.postings())


def _is_complete(case: Case, units: Mapping[int, int]) -> bool:
    return all(units.get(no, 0) == line.units for no, line in case.lines.items() if line.is_returnable)


def _after(so_far: RefundsSoFar, sums: _Sums, claimed: Claim, paid: MoneyBack) -> RefundsSoFar:
    return replace(
        so_far,
        units=sums.units,
        value=sums.worth.value,
        money=sums.money,
        points_back=sums.points,
        points_taken=so_far.points_taken + claimed.taken.points,
        expired=so_far.expired + claimed.taken.expired,
        tenders=paid.sides,
        cash=paid.cash,
        bought=so_far.bought + claimed.bought,
        bought_for=so_far.bought_for + claimed.bought_for,
        above_cap=claimed.above_cap,
    )
