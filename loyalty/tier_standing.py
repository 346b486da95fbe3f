"""Where a member stands, what counts, and what a review says: the values of tiers. They are receipts, not postings."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import accumulate

from loyalty.quote import TierProgress
from loyalty.tier_policy import Metric
from loyalty.tier_window import Days


@dataclass(frozen=True)
class Qualifying:
    """What one sale counts: net of all that was returned of it, on its own business date (ISO), so never below zero.

    `spend` is the sum of the lines' bases in minor units (D04), `visits` 1 or, all returned, 0, `points` those earned.
    """

    sale: str
    on: str
    spend: int = 0
    visits: int = 0
    points: int = 0


@dataclass(frozen=True)
class Rise:
    """The sale `sale` raised the member to `tier` on that business date; he stood on `before`.

    `returned`: some of that sale has come back, so the rise may be undone (D16).
    """

    tier: str
    before: str
    on: str
    sale: str
    returned: bool = False


@dataclass(frozen=True)
class TierStanding:
    """The member's tier. `open_from` is the first day that no review has judged yet: at first the day of joining.

    `rises` are those since `open_from`, the latest last. A tier given by hand is kept until the review of the period
    that holds `open_from`, which may lie ahead. Days are ISO business dates.
    """

    tier: str
    joined_on: str
    open_from: str
    rises: tuple[Rise, ...] = ()


class TierReason(StrEnum):
    """Why the member stands where he stands."""

    ROSE = "rose"  # what counts met the threshold
    KEPT = "kept"  # nothing changed
    GRACE = "grace"  # the period ended below the threshold; days are left to make up for it
    FELL = "fell"  # a review found less than the threshold
    RETURNED = "returned"  # the sale that caused the rise came back (D16)


@dataclass(frozen=True)
class TierChange:
    """On the business date `on` the member went from tier `before` to `after`; `sale` is the one that raised him."""

    on: str
    before: str
    after: str
    reason: TierReason
    sale: str | None = None


@dataclass(frozen=True)
class TierReview:
    """What became of a tier, and what is to come. `standing` is the new one, `changes` led there, in order.

    `qualifying` is what counts now. `kept_until` is the last day on which the tier is certain with what has been
    bought so far; None: it cannot fall at a review. `judged_until` is the last day that counts for the next review
    (grace included) and `to_keep` how much is still missing for it; None and 0 where no review can take the tier.
    """

    before: str
    after: str
    reason: TierReason
    standing: TierStanding
    changes: tuple[TierChange, ...]
    qualifying: int
    next: TierProgress | None
    kept_until: str | None
    judged_until: str | None
    to_keep: int


class History:
    """What counted, by business date. Sums over days are found by bisection, so a long history stays quick."""

    def __init__(self, sales: Iterable[Qualifying], metric: Metric, until: date) -> None:
        """Keeps the sales up to the day `until`; of one day in the given order. Raises ValueError below zero."""
        self.sales: Sequence[Qualifying] = sorted(
            (sale for sale in sales if sale.on <= until.isoformat()), key=lambda sale: sale.on
        )
        counts: list[int] = [getattr(sale, metric) for sale in self.sales]
        wrong = next((sale.sale for sale, count in zip(self.sales, counts, strict=True) if count < 0), None)
        if wrong is not None:
            raise ValueError(f"sale {wrong!r} counts below zero: give what is left of it after returns")
        self.days = [date.fromisoformat(sale.on) for sale in self.sales]
        self._sums: list[int] = [0, *accumulate(counts)]

    def from_day(self, day: date) -> int:
        """The place of the first sale on or after `day`."""
        return bisect_left(self.days, day)

    def total(self, days: Days, places: int | None = None) -> int:
        """What counts on these days, of all sales or of the first `places`."""
        last = bisect_right(self.days, days.last)
        last = last if places is None else min(last, places)
        return self._sums[last] - self._sums[min(last, bisect_left(self.days, days.first))]
