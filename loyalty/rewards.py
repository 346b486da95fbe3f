"""Redeeming a reward for points, and what a member could have or is near to (F079 to F084)."""

from __future__ import annotations

from dataclasses import dataclass

from loyalty.basket import MemberFacts, TillState
from loyalty.coupon import Coupon
from loyalty.coupon_issue import barred_from_coupon, hand_out_coupon
from loyalty.coupon_rule import CouponRule
from loyalty.handed_out import HandedOut
from loyalty.ledger import Posting
from loyalty.moment import Moment
from loyalty.points import CLAIMED, last_good_day, points_held, programme_day
from loyalty.programme import Programme
from loyalty.quote import Miss
from loyalty.reward import Gives, Reward, RewardKind
from loyalty.reward_points import refuse_points, spend_points
from loyalty.right_postings import right_postings
from loyalty.sale import Refused, Verdict
from loyalty.value import ValueLot
from loyalty.value_move import issue_value


@dataclass(frozen=True)
class Redemption:
    """`points` were spent on a reward worth `value` minor units; the postings sum to zero for each asset.

    Goods and services are handed over as the reward says. `coupon` and `lot` are what was made: a coupon, a lot of
    stored value, or the lot of a gift card.
    """

    reward: str
    points: int
    value: int
    postings: tuple[Posting, ...]
    coupon: Coupon | None = None
    lot: ValueLot | None = None


@dataclass(frozen=True)
class Reach:
    """How near a member is to a reward: `more` points to go, 0 for enough.

    `refused` is why it cannot be had here now although the points are there, such as a card that proves too little.
    """

    reward: str
    cost: int
    more: int
    refused: Verdict | None = None


def redeem_reward(
    reward: Reward, member: MemberFacts, state: TillState, programme: Programme, at: Moment, new_id: str
) -> Redemption | Refused:
    """Spend the reward's points and hand it out, or say why not: its audience, its limits, then the points.

    `new_id` names what is made: the code of a coupon, the lot of stored value or of a gift card; goods and services
    make nothing. Points are drawn as D17 says and never below zero (D12).
    Raises ValueError if the reward hands out a coupon that the programme does not know.
    """
    refused = _not_for(reward, member, state, programme, at) or refuse_points(reward.cost, member, programme, at, state)
    if refused is not None:
        return refused
    uses = _handed_out(reward).uses(member, state, programme, at)
    paid = (*spend_points(reward.cost, programme, at, state), *right_postings(uses))
    if reward.gives.coupon is not None:
        move = hand_out_coupon(_rule(reward.gives.coupon, programme), new_id, member, state, programme, at, paid)
        return Redemption(reward.id, reward.cost, reward.gives.value, move.postings, coupon=move.coupon)
    lot = _lot(reward.gives, programme, at, new_id)
    made = issue_value(lot) if lot else ()
    return Redemption(reward.id, reward.cost, reward.gives.value, (*paid, *made), lot=lot)


def rewards_within_reach(
    member: MemberFacts, state: TillState, programme: Programme, at: Moment, most: int = 20
) -> tuple[Reach, ...]:
    """The rewards that are for this member here and now, the nearest first, then the dearest; at most `most`.

    "120 more for a mug": what is missing counts from all points the member owns here, not from a daily cap. A member
    who was only claimed sees nothing, as the distance would tell the balance (cards.md).
    """
    if state.assurance == CLAIMED:
        return ()
    held = points_held(programme, at, state)
    found = []
    for reward in programme.rewards:
        if _not_for(reward, member, state, programme, at) is None:
            more = max(0, reward.cost - held)
            refused = None if more else refuse_points(reward.cost, member, programme, at, state)
            found.append(Reach(reward.id, reward.cost, more, refused.verdict if refused else None))
    found.sort(key=lambda reach: (reach.more, -reach.cost, reach.reward))
    return tuple(found[:most])


def _not_for(reward: Reward, member: MemberFacts, state: TillState, programme: Programme, at: Moment) -> Refused | None:
    """Why this member may not have the reward here now, whatever points there are, or None."""
    miss = _handed_out(reward).barred(member, state, programme, at)
    if miss is Miss.LIMIT_REACHED:
        return Refused(Verdict.REWARD_LIMIT)
    if miss is not None:
        return Refused(Verdict.REWARD_NOT_FOR_MEMBER, {"miss": miss})
    if reward.gives.coupon is None:
        return None
    return barred_from_coupon(_rule(reward.gives.coupon, programme), member, state, programme, at)


def _rule(rule_id: str, programme: Programme) -> CouponRule:
    rule = programme.coupon(rule_id)
    if rule is None:
        raise ValueError(f"the reward hands out the coupon {rule_id}: the programme has no such rule")
    return rule


def _lot(gives: Gives, programme: Programme, at: Moment, lot_id: str) -> ValueLot | None:
    """A gift card is principal, so that it earns when it is spent (D04); money off is bonus, never paid out (D24)."""
    today = programme_day(programme, at)
    if gives.kind is RewardKind.GIFT_CARD:
        months = programme.gift_cards.lifetime_months if programme.gift_cards else None
        return ValueLot(lot_id, gives.money, 0, 0, today.isoformat(), last_good_day(today, months))
    if gives.kind is RewardKind.MONEY_OFF:
        months = programme.stored_value.bonus_lifetime_months if programme.stored_value else None
        return ValueLot(lot_id, 0, gives.money, 0, today.isoformat(), last_good_day(today, months))
    return None


def _handed_out(reward: Reward) -> HandedOut:
    return HandedOut(f"reward/{reward.id}", reward.audience, reward.limits)
