"""What a return takes of the points that the sale earned, and what the debt cap turns into money (D10, D12, D30)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from loyalty.claw_back import TakenBack, owe, take_back, to_take_back
from loyalty.conditions import buyer_of
from loyalty.earning import earn
from loyalty.ledger import Posting
from loyalty.money import half_up
from loyalty.programme import PointsAsMoney, Programme
from loyalty.refund_policy import RefundPolicy
from loyalty.refund_sale import RefundsSoFar, SoldSale
from loyalty.refund_worth import Rest
from loyalty.standing import Standing


@dataclass(frozen=True)
class Claim:
    """`kept` is what the rest earns (D11). `taken` is what was there, what had expired and what is owed.

    It leaves `taken.over_cap` to settle: of that and of what earlier returns of this sale left owed above the cap,
    `bought` points are settled for `bought_for` minor units of the refund, and `above_cap` stay owed after all. `debt`
    is what this return adds to the member's debt in all; settling older points may make it negative.
    """

    kept: int
    taken: TakenBack
    bought: int
    bought_for: int
    above_cap: int
    debt: int
    postings: tuple[Posting, ...]


def points_of_rest(sale: SoldSale, rest: Rest, programme: Programme) -> int:
    """What the sale would have earned with only the rest, by the rules of its own version (D11)."""
    buyer = buyer_of(sale.member, programme, sale.at, sale.state, sale.basket.removed, frozenset())
    return sum(each.points for each in earn(rest.lines, rest.bases, programme, buyer.shopper))


def claim(
    sale: SoldSale,
    so_far: RefundsSoFar,
    kept: int,
    standing: Standing,
    programme: Programme,
    day: str,
    policy: RefundPolicy,
    *,
    money: int,
    expired: int,
) -> Claim:
    """Take back what the sale earned beyond `kept`, the points of the rest. `money` is what the refund pays.

    `expired` is how many points of the sale have ended by their date so far; `day` is ISO, in the programme's zone.
    """
    points = to_take_back(sale.earned, kept, so_far.points_taken)
    taken = take_back(
        points, sale.lot, standing, day, expired=expired, counted=so_far.expired, debt_cap=policy.debt_cap
    )
    old = _old_above_cap(so_far, standing, policy)
    bought, bought_for = _settle(taken.over_cap + old, so_far, max(0, money), programme.points_as_money)
    more = taken.over_cap - bought  # owed above the cap; below zero older points are owed no more
    return Claim(
        kept=kept,
        taken=taken,
        bought=bought,
        bought_for=bought_for,
        above_cap=old + more,
        debt=taken.debt + more,
        postings=(*taken.postings, *owe(more, sale.lot)),
    )


def _old_above_cap(so_far: RefundsSoFar, standing: Standing, policy: RefundPolicy) -> int:
    """What earlier returns of this sale left owed above the cap and is still owed: more money may settle it now.

    Without it, a return divided in two could leave a debt where one return deducts money.
    """
    if policy.debt_cap is None:
        return 0
    return min(so_far.above_cap, max(0, standing.debt - policy.debt_cap))


def _settle(points: int, so_far: RefundsSoFar, money: int, worth: PointsAsMoney) -> tuple[int, int]:
    """How many of `points` are settled, and for how much of `money`: their value half up, at most all of it.

    Both are worked out over all returns of the sale: money that was too little for a whole point counts later.
    """
    rate = Fraction(worth.money, worth.points)
    due = half_up(so_far.bought + points, rate) - so_far.bought_for
    bought_for = min(money, max(0, due))
    most = ((2 * (so_far.bought_for + bought_for) + 1) * rate.denominator - 1) // (2 * rate.numerator)
    return min(points, most - so_far.bought), bought_for
