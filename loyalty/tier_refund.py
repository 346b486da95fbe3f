"""What a return does to the tier (D16). It is asked before the return is confirmed, and shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from loyalty.moment import Moment
from loyalty.programme import Programme
from loyalty.tier_review import Ground, review_tier
from loyalty.tier_standing import Qualifying, Rise, TierChange, TierReason, TierReview, TierStanding
from loyalty.tiers import Tier, earned_tier, is_known, tier_of


def tier_after_refund(
    standing: TierStanding, history: Sequence[Qualifying], returned: Qualifying, at: Moment, programme: Programme
) -> TierReview:
    """What becomes of the tier when `returned` comes back at `at`: the part of one sale, with that sale's id and date.

    The tier drops at once only if that sale caused the rise and lies in the period that holds the business date of the
    return, and then no lower than where the rise began; else the next review judges by what is left, and `to_keep` and
    `kept_until` show it. Returns in any order end on the same tier. `history` is as it was before this return; a sale
    that is not in it counts for nothing. Discounts already given stay. Raises ValueError where more comes back than
    counted.
    """
    ahead = review_tier(standing, history, at, programme)
    policy = programme.tier_policy
    if policy is None or not is_known(programme.tiers, standing.tier):
        return ahead
    today = at.business_date()
    ground = Ground.of(standing, less(history, returned), today, programme.tiers, policy)
    left, drops = ahead.standing, list[TierChange]()
    if _is_in_period(returned.on, ground):
        left = _undo(_mark(left, returned.sale), ground, drops)
    review = ground.review(left)
    return replace(
        review,
        before=standing.tier,
        reason=TierReason.RETURNED if drops else review.reason,
        changes=(*ahead.changes, *drops, *review.changes),
    )


def less(history: Sequence[Qualifying], returned: Qualifying) -> tuple[Qualifying, ...]:
    """The history after a return: what is left of the sale stands on its own date, however late the return."""
    return tuple(_less(sale, returned) if sale.sale == returned.sale else sale for sale in history)


def _less(sale: Qualifying, returned: Qualifying) -> Qualifying:
    return replace(
        sale,
        spend=sale.spend - returned.spend,
        visits=sale.visits - returned.visits,
        points=sale.points - returned.points,
    )


def _is_in_period(on: str, ground: Ground) -> bool:
    """Whether the period that holds the day of the return also holds the day `on`."""
    return date.fromisoformat(on) in ground.policy.window.counting(ground.today, ground.joined)


def _mark(standing: TierStanding, sale: str) -> TierStanding:
    """Note at the rises that this sale caused that some of it came back."""
    rises = tuple(replace(rise, returned=True) if rise.sale == sale else rise for rise in standing.rises)
    return replace(standing, rises=rises)


def _undo(standing: TierStanding, ground: Ground, drops: list[TierChange]) -> TierStanding:
    """Take back the latest rises whose sales came back, as far as what counted since then no longer carries them."""
    while standing.rises:
        rise = standing.rises[-1]
        after = _carried(rise, ground)
        if after.id == rise.tier or not rise.returned or not _is_in_period(rise.on, ground):
            break
        drops.append(TierChange(ground.today.isoformat(), rise.tier, after.id, TierReason.RETURNED))
        rest = () if after.id == rise.before else (replace(rise, tier=after.id),)
        standing = replace(standing, tier=after.id, rises=(*standing.rises[:-1], *rest))
    return standing


def _carried(rise: Rise, ground: Ground) -> Tier:
    """The tier that what counted since the rise still carries, from where the rise began to where it led."""
    since = ground.history.from_day(date.fromisoformat(rise.on))
    most = max(ground.counts_on(day) for day in (*ground.history.days[since:], ground.today))
    earned = earned_tier(ground.tiers, most)
    before, led = tier_of(ground.tiers, rise.before), tier_of(ground.tiers, rise.tier)
    return sorted((before, earned, led), key=lambda tier: tier.rank)[1]
