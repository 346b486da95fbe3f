"""What an offer is: for whom, for which goods, with which limits; and the ways in which it may take something off.

A `PriceOffer` sets the price of goods one by one. A `UnitOffer` picks units of goods. A `SumOffer` takes an amount off
the sum of the goods it covers; the amount is fixed once and divided over the lines (D01, D02). An `ItemCoupon` takes
off single units at what they cost at the end.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Self

from loyalty.audience import Audience, Shopper
from loyalty.basket import Line
from loyalty.goods import Goods
from loyalty.limit_keys import read_limits
from loyalty.limits import Allowance, Limit, Measure
from loyalty.quote import Miss, Step
from loyalty.section import Section
from loyalty.tiers import Tier
from loyalty.units import Pick, Shelves

ALL_MEASURES = frozenset(Measure)


@dataclass(frozen=True)
class Offer(ABC):
    """What every offer has. Of the offers of one `group` at most one is applied.

    Among equal combinations the smaller `priority` wins, then the smaller id (D26). `since` is the format of the
    programme that brought the kind; `measures` are what its limits may count.
    """

    kind: ClassVar[str]
    step: ClassVar[Step]
    since: ClassVar[int] = 2
    for_members: ClassVar[bool] = False
    measures: ClassVar[frozenset[Measure]] = ALL_MEASURES

    id: str
    name: Mapping[str, str]
    priority: int
    audience: Audience
    goods: Goods
    group: str | None
    limits: tuple[Limit, ...]

    @property
    def rank(self) -> tuple[int, str]:
        return (self.priority, self.id)

    @property
    def selections(self) -> tuple[Goods, ...]:
        """Every selection of goods that it looks at."""
        return (self.goods,)

    def barred(self, shopper: Shopper) -> Miss | None:
        """The first condition that the place, the time or the shopper fails, or None."""
        return self.audience.barred(shopper) or self.barred_for_kind(shopper)

    def barred_for_kind(self, shopper: Shopper) -> Miss | None:
        """What the kind itself asks of the shopper, beside the conditions of its audience."""
        return Miss.MEMBERS_ONLY if self.for_members and shopper.tier is None else None

    def covers(self, line: Line) -> bool:
        """Whether the goods of this line can take part."""
        return any(goods.covers(line) for goods in self.selections)

    def portion(self, line: Line) -> int:
        """Which of its sums, or of its shelves of units, a covered line belongs to; most kinds have one."""
        return 0

    @classmethod
    @abstractmethod
    def read(cls, section: Section) -> Self:
        """Read the keys of this kind; faults are noted in the section."""


class PriceOffer(Offer):
    """Sets unit prices. Where several cover a line the lowest price stands, in whatever order they are applied."""

    step = Step.ITEM_PRICE
    measures = frozenset({Measure.TIMES})

    @abstractmethod
    def unit_price(self, line: Line, together: int) -> int | None:
        """The price of one unit of a covered line; `together` units of its product are bought. None: no price."""


class UnitOffer(Offer):
    """Takes something off units at their item price. A unit takes part in one such offer only."""

    step = Step.ITEM_OFFER

    @property
    @abstractmethod
    def least_units(self) -> int:
        """How many covered units it needs before anything can come off."""

    @property
    def shelves(self) -> int:
        """How many portions it tells apart."""
        return 1

    @abstractmethod
    def pick(self, lines: Sequence[Line], shelves: Shelves, allowance: Allowance, held: int) -> Pick | None:
        """The units that take part, of the free covered ones; None if nothing comes off.

        They come on a shelf for each portion, dearest first; at least one is there. `held` are the stamps that the
        member has. A budget in money is left to the caller.
        """


class SumOffer(Offer):
    """Takes an amount off the sum of the covered goods."""

    measures = frozenset({Measure.TIMES, Measure.MONEY})
    takes_shares: ClassVar[bool] = False

    @property
    def needs(self) -> int:
        """The least sum of covered goods at which anything comes off."""
        return 0

    @abstractmethod
    def off(self, total: int, tier: Tier | None, portion: int = 0) -> int:
        """What comes off a sum of `total`: from 0 to `total`, and never less for a larger sum.

        Where `needs` is 0 it rises by at most one for each unit, so cheaper goods never end up dearer.
        """

    def rate(self, tier: Tier | None, portion: int = 0) -> Fraction | None:
        """The share that comes off, at most, for kinds that take shares; None for those that take amounts."""
        return None

    def ahead(self, low: int) -> Sequence[int]:
        """The sums above `low` at which more comes off at once."""
        return () if low >= self.needs else (self.needs,)

    def least_after(self, low: int, tier: Tier | None, portion: int = 0) -> int:
        """The least that can be left of any sum of at least `low`, whether the offer is applied or not."""
        least = low - self.off(low, tier, portion)
        for total in self.ahead(low):
            least = min(least, total - self.off(total, tier, portion))
        return least


class ItemCoupon(Offer):
    """Takes off single units at what they cost after all other discounts, the dearest first."""

    step = Step.COUPON
    measures = frozenset({Measure.TIMES, Measure.MONEY})

    @property
    @abstractmethod
    def most_units(self) -> int:
        """How many units it takes something off."""

    @abstractmethod
    def most_off(self, unit: int) -> int:
        """The most that can come off a unit that costs so much; what comes off is divided by it."""

    @abstractmethod
    def off_units(self, units: Sequence[int]) -> int:
        """What comes off these units, the dearest at most `most_units` of them."""


def common(section: Section, cls: type[Offer], goods: Goods | None = None) -> dict[str, Any]:
    """The keys that every offer has. `goods` is given by kinds that name their goods in another way."""
    limits = read_limits(section) if section.has("limits") else ()
    if any(limit.measure not in cls.measures for limit in limits):
        allowed = ", ".join(sorted(cls.measures))
        section.fault("limits", f"a limit of this kind of offer may count {allowed}")
    return {
        "id": section.identifier("id"),
        "name": section.names("name"),
        "priority": section.integer("priority", 1, 9999),
        "audience": Audience.read(section),
        "goods": Goods.read(section) if goods is None else goods,
        "group": section.identifier("group") if section.has("group") else None,
        "limits": limits,
    }
