"""The review of a tier: up at once when the threshold is met, down when a period ends without it (F099, F100).

The review follows the business dates of the sales, not the time at which it is asked for: asked every day or once a
year, it gives the same standing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from loyalty.moment import Moment
from loyalty.programme import Programme
from loyalty.progress import towards_next
from loyalty.tier_policy import Downgrade, TierPolicy
from loyalty.tier_standing import History, Qualifying, Rise, TierChange, TierReason, TierReview, TierStanding
from loyalty.tier_window import DAY, Days
from loyalty.tiers import Tier, earned_tier, is_known, ladder, needs, tier_of


def review_tier(standing: TierStanding, history: Sequence[Qualifying], at: Moment, programme: Programme) -> TierReview:
    """What became of the member's tier by the business date of `at`, and what he needs to keep it and to rise.

    `history` holds the sales that count, as they are after all returns so far; those of one day in the order in which
    they were made. It must reach back over the running window and every period since `standing.open_from`. A tier that
    this programme does not know is left alone. Raises ValueError where a sale counts below zero.
    """
    today = at.business_date()
    if programme.tier_policy is None or not is_known(programme.tiers, standing.tier):
        return TierReview(standing.tier, standing.tier, TierReason.KEPT, standing, (), 0, None, None, None, 0)
    return Ground.of(standing, history, today, programme.tiers, programme.tier_policy).review(standing)


@dataclass(frozen=True)
class Ground:
    """What a review stands on: the rules, one member's day of joining, and what counted up to `today`."""

    tiers: Sequence[Tier]
    policy: TierPolicy
    joined: date
    today: date
    history: History

    @classmethod
    def of(
        cls,
        standing: TierStanding,
        sales: Sequence[Qualifying],
        today: date,
        tiers: Sequence[Tier],
        policy: TierPolicy,
    ) -> Ground:
        history = History(sales, policy.metric, today)
        return cls(tiers, policy, date.fromisoformat(standing.joined_on), today, history)

    def review(self, standing: TierStanding) -> TierReview:
        changes: list[TierChange] = []
        after = self._walk(standing, changes)
        counts = self.counts_on(self.today)
        kept_until, judged_until, to_keep = self._ahead(after)
        return TierReview(
            before=standing.tier,
            after=after.tier,
            reason=changes[-1].reason if changes else self._unchanged(after, to_keep),
            standing=after,
            changes=tuple(changes),
            qualifying=counts,
            next=towards_next(self.tiers, self.policy, after.tier, counts),
            kept_until=kept_until,
            judged_until=judged_until,
            to_keep=to_keep,
        )

    def counts_on(self, day: date, places: int | None = None) -> int:
        """What counts on `day`, of all sales or of the first `places`."""
        return self.history.total(self.policy.window.counting(day, self.joined), places)

    def _walk(self, standing: TierStanding, changes: list[TierChange]) -> TierStanding:
        """From sale to sale, with the reviews that fall between them."""
        first = self.history.from_day(date.fromisoformat(standing.open_from))
        for place in range(first, len(self.history.days)):
            day = self.history.days[place]
            standing = self._rise(self._judge_before(day, standing, changes), day, place + 1, changes)
        standing = self._judge_before(self.today, standing, changes)
        return self._rise(standing, self.today, len(self.history.days), changes)  # for sales that arrived late

    def _rise(self, standing: TierStanding, day: date, places: int, changes: list[TierChange]) -> TierStanding:
        """Up to the tier that is met on `day` by the first `places` sales, however many steps that is."""
        tier = earned_tier(self.tiers, self.counts_on(day, places))
        if tier.rank <= tier_of(self.tiers, standing.tier).rank:
            return standing
        sale = self._sale_that_met(needs(tier), day)
        changes.append(TierChange(day.isoformat(), standing.tier, tier.id, TierReason.ROSE, sale))
        rise = Rise(tier.id, standing.tier, day.isoformat(), sale)
        return replace(standing, tier=tier.id, rises=(*standing.rises, rise))

    def _sale_that_met(self, threshold: int, day: date) -> str:
        """The sale with which what counts on `day` reached `threshold` (D16)."""
        place = self.history.from_day(self.policy.window.counting(day, self.joined).first)
        while self.counts_on(day, place + 1) < threshold:
            place += 1
        return self.history.sales[place].sale

    def _judge_before(self, day: date, standing: TierStanding, changes: list[TierChange]) -> TierStanding:
        """Hold every review that is due before `day` begins or as it begins."""
        while self._last_of_grace(end := self._end(standing)) < day:
            after = self._after_review(tier_of(self.tiers, standing.tier), end)
            if after.id != standing.tier:
                held_on = (self._last_of_grace(end) + DAY).isoformat()
                changes.append(TierChange(held_on, standing.tier, after.id, TierReason.FELL))
            rises = tuple(rise for rise in standing.rises if rise.on > end.isoformat())
            standing = replace(standing, tier=after.id, open_from=(end + DAY).isoformat(), rises=rises)
        return standing

    def _end(self, standing: TierStanding) -> date:
        """The last day of the period that the next review judges."""
        return self.policy.window.review(date.fromisoformat(standing.open_from), self.joined).last

    def _last_of_grace(self, end: date) -> date:
        return end + timedelta(days=self.policy.grace_days)

    def _judged(self, end: date) -> int:
        """What counts for the review of the period that ends with `end`; the days of grace count too."""
        first = self.policy.window.counting(end, self.joined).first
        return self.history.total(Days(first, self._last_of_grace(end)))

    def _after_review(self, tier: Tier, end: date) -> Tier:
        if not self._can_fall(tier):
            return tier
        earned = earned_tier(self.tiers, self._judged(end))
        if earned.rank >= tier.rank:
            return tier
        below = [each for each in ladder(self.tiers) if each.rank < tier.rank]
        return below[-1] if self.policy.downgrade is Downgrade.ONE_STEP else earned

    def _can_fall(self, tier: Tier) -> bool:
        """Not the lowest, none that is given by hand, and nobody where the policy never lowers."""
        return bool(tier.threshold) and self.policy.downgrade is not Downgrade.NEVER

    def _ahead(self, standing: TierStanding) -> tuple[str | None, str | None, int]:
        """Until when the tier is certain, the last day that counts for the next review, and what it still needs."""
        tier = tier_of(self.tiers, standing.tier)
        if not self._can_fall(tier):
            return None, None, 0
        first = end = self._end(standing)
        while self._judged(end) >= needs(tier):
            end = self.policy.window.review(end + DAY, self.joined).last
        missing = max(0, needs(tier) - self._judged(first))
        return self._last_of_grace(end).isoformat(), self._last_of_grace(first).isoformat(), missing

    def _unchanged(self, standing: TierStanding, to_keep: int) -> TierReason:
        in_grace = to_keep and self._end(standing) < self.today
        return TierReason.GRACE if in_grace else TierReason.KEPT
