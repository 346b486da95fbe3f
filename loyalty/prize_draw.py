"""Drawing a prize: what it costs and what it gives, from a chance that comes by the door (F090)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from loyalty.basket import MemberFacts, TillState
from loyalty.conditions import buyer_of
from loyalty.coupon import Coupon
from loyalty.coupon_issue import barred_from_coupon, hand_out_coupon
from loyalty.coupon_rule import CouponRule
from loyalty.ledger import Posting
from loyalty.limit_keys import allowance, limit_uses
from loyalty.limits import Limit
from loyalty.lots import Lot
from loyalty.lottery import Lottery, Prize, PrizeKind
from loyalty.moment import Moment
from loyalty.programme import Programme
from loyalty.reward_points import refuse_points, spend_points
from loyalty.right_postings import right_postings
from loyalty.sale import Refused, Verdict
from loyalty.sale_earning import earned_postings, new_lots

NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Draw:
    """`chance` of `total` fell on the prize `drawn`; `prize` is the one given: another only if that had run out.

    `cost` points were spent. `coupon` and `lot` are what was made: a coupon, or the lot of the points won. Goods are
    handed over as the prize says. The postings sum to zero for each asset.
    """

    lottery: str
    chance: int
    total: int
    drawn: str
    prize: str
    cost: int
    postings: tuple[Posting, ...]
    coupon: Coupon | None = None
    lot: Lot | None = None


def draw_refused(
    lottery: Lottery, member: MemberFacts, state: TillState, programme: Programme, at: Moment
) -> Refused | None:
    """Why this member may not draw here now, or None: the audience, the limits, then the points."""
    miss = lottery.audience.barred(buyer_of(member, programme, at, state, NOBODY, NOBODY).shopper)
    if miss is not None:
        return Refused(Verdict.LOTTERY_NOT_FOR_MEMBER, {"miss": miss})
    if _is_exhausted(f"lottery/{lottery.id}", lottery.limits, member, state, at):
        return Refused(Verdict.LOTTERY_LIMIT)
    return refuse_points(lottery.cost, member, programme, at, state)


def prizes_gone(
    lottery: Lottery, member: MemberFacts, state: TillState, programme: Programme, at: Moment
) -> frozenset[str]:
    """The prizes that this till cannot give this member now; `odds` then says what the chances really are."""
    return frozenset(prize.id for prize in lottery.prizes if _is_gone(lottery, prize, member, state, programme, at))


def draw_prize(
    lottery: Lottery, chance: int, member: MemberFacts, state: TillState, programme: Programme, at: Moment, new_id: str
) -> Draw | Refused:
    """Pay the cost (D17) and give the prize on which `chance` falls, or say why not.

    `chance` is a whole number from 0 to below `lottery.total`, each as likely as the others; whoever draws it must not
    be the one who gains. Ask `draw_refused` before a chance is drawn. A prize whose stock is used up is never given:
    `lottery.instead` takes its place. `new_id` names what is made: a coupon's code or a lot of points.
    Raises ValueError for another chance, or where a prize is a coupon that the programme does not know.
    """
    drawn = prize = lottery.prize_at(chance)
    refused = draw_refused(lottery, member, state, programme, at)
    if refused is not None:
        return refused
    if _is_gone(lottery, drawn, member, state, programme, at):
        prize = lottery.prize(lottery.instead)
    paid = (
        *spend_points(lottery.cost, programme, at, state),
        *_counted(f"lottery/{lottery.id}", lottery.limits, member, state, at),
        *_counted(_stock_of(lottery, prize), prize.stock, member, state, at),
    )
    coupon: Coupon | None = None
    lots: tuple[Lot, ...] = ()
    if prize.winning.kind is PrizeKind.COUPON:
        move = hand_out_coupon(_rule(prize, programme), new_id, member, state, programme, at, paid)
        coupon, paid = move.coupon, move.postings
    elif prize.winning.kind is PrizeKind.POINTS:
        lots = new_lots(prize.winning.points, programme, at, new_id)
        paid = (*paid, *earned_postings(lots, state.debt, pending=False))
    about = (lottery.id, chance, lottery.total, drawn.id, prize.id, lottery.cost)
    return Draw(*about, paid, coupon, lots[0] if lots else None)


def _is_gone(
    lottery: Lottery, prize: Prize, member: MemberFacts, state: TillState, programme: Programme, at: Moment
) -> bool:
    if _is_exhausted(_stock_of(lottery, prize), prize.stock, member, state, at):
        return True
    if prize.winning.kind is not PrizeKind.COUPON:
        return False
    return barred_from_coupon(_rule(prize, programme), member, state, programme, at) is not None


def _rule(prize: Prize, programme: Programme) -> CouponRule:
    rule = programme.coupon(prize.winning.coupon)
    if rule is None:
        raise ValueError(f"prize {prize.id} is the coupon {prize.winning.coupon}: the programme has no such rule")
    return rule


def _stock_of(lottery: Lottery, prize: Prize) -> str:
    return f"lottery/{lottery.id}/{prize.id}"


def _is_exhausted(counted: str, limits: Sequence[Limit], member: MemberFacts, state: TillState, at: Moment) -> bool:
    limits = tuple(limits)
    return allowance(counted, limits, state.used, state.leased, at.business_date(), member.id, state.store).exhausted


def _counted(
    counted: str, limits: Sequence[Limit], member: MemberFacts, state: TillState, at: Moment
) -> tuple[Posting, ...]:
    uses = limit_uses(counted, tuple(limits), 1, 0, 0, at.business_date(), member.id, state.store)
    return right_postings(uses)
