"""The rules by which a sale earns points: what each rule gives, on which goods, to whom, and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, Protocol

from loyalty.audience import Audience
from loyalty.goods import Goods
from loyalty.section import MAX_AMOUNT, Section, unique

MAX_RULES = 50
MAX_SETS = 50
MAX_EVENTS = 200
MAX_RATE = 1000  # points for each minor unit
MAX_POINTS = 1_000_000  # for one unit of goods, or for one order
MAX_FACTOR = 100
EVERYBODY = Audience()
ALL_GOODS = Goods()


class Covered(NamedTuple):
    """Of the goods that a rule covers, those with one coefficient: their base (D04) and their number of units."""

    factor: Fraction
    base: int
    units: int


class Award(Protocol):
    """What a rule gives, exactly; the floor comes last and once (D03)."""

    def exact(self, covered: Sequence[Covered], order_factor: Fraction) -> Fraction:
        """Points for the goods in `covered`, the highest coefficient first; more goods never give fewer points.

        `order_factor` is the coefficient of those events that are not bound to goods.
        """


@dataclass(frozen=True)
class ByRate:
    """`rate` points for each minor unit: "n points per X" is the exact rate n / X."""

    rate: Fraction

    def exact(self, covered: Sequence[Covered], order_factor: Fraction) -> Fraction:
        return sum((part.base * part.factor for part in covered), Fraction(0)) * self.rate


@dataclass(frozen=True)
class ForEachFull:
    """`points` for each full `per` of the sum; what does not fill one is the goods with the lowest coefficient."""

    points: int
    per: int

    def exact(self, covered: Sequence[Covered], order_factor: Fraction) -> Fraction:
        base = sum(part.base for part in covered)
        left, worth = base - base % self.per, Fraction(0)
        for part in covered:
            counts = min(part.base, left)
            worth += counts * part.factor
            left -= counts
        return worth * self.points / self.per


@dataclass(frozen=True)
class PerUnit:
    """`points` for each unit of a line that something was paid for; a weighed line is one unit."""

    points: int

    def exact(self, covered: Sequence[Covered], order_factor: Fraction) -> Fraction:
        return sum((part.units * part.factor for part in covered), Fraction(0)) * self.points


@dataclass(frozen=True)
class PerOrder:
    """`points` once. An order is no line, so an event bound to goods leaves them as they are."""

    points: int

    def exact(self, covered: Sequence[Covered], order_factor: Fraction) -> Fraction:
        return self.points * order_factor


@dataclass(frozen=True)
class EarningRule:
    """`award` on the `goods` it covers, for an `audience`, times the coefficients; `by_tier` takes the tier's too.

    It gives nothing below a base of `threshold` and at most `most` points for an order. A rule of a `set` is for those
    members alone who get that set.
    """

    id: str
    name: Mapping[str, str]
    award: Award
    by_tier: bool = False
    goods: Goods = ALL_GOODS
    audience: Audience = EVERYBODY
    threshold: int = 0
    most: int = MAX_AMOUNT
    set: str | None = None


@dataclass(frozen=True)
class EarningSet:
    """Of all sets a member gets the first, by (`priority`, `id`), whose `audience` he belongs to (F065)."""

    id: str
    name: Mapping[str, str]
    priority: int
    audience: Audience


@dataclass(frozen=True)
class EarningEvent:
    """While its `audience` holds, `goods` earn `factor` times the points: double points, happy hours (F067, F091)."""

    id: str
    name: Mapping[str, str]
    factor: Fraction
    audience: Audience = EVERYBODY
    goods: Goods = ALL_GOODS


def read_earning(section: Section, sets: Sequence[EarningSet]) -> tuple[EarningRule, ...]:
    """The key `earning`: the rules in the order in which they are listed on a receipt."""
    known = [each.id for each in sets]
    entries = section.sections("earning", 0, MAX_RULES)
    rules, readable = [], []
    for entry in entries:
        award = entry.variants("kind", KINDS) if entry.has("kind") else _by_rate(entry)
        if award:
            rules.append(_rule(entry, award, known))
            readable.append(entry)
            entry.close()
    unique(readable, "id", [rule.id for rule in rules])
    return tuple(rules)


def _rule(entry: Section, award: Award, sets: Sequence[str]) -> EarningRule:
    return EarningRule(
        id=entry.identifier("id"),
        name=entry.names("name"),
        award=award,
        by_tier=entry.flag("by_tier") if entry.has("by_tier") else False,
        goods=Goods.read(entry),
        audience=Audience.read(entry),
        threshold=entry.integer("threshold", 0) if entry.has("threshold") else 0,
        most=entry.integer("most", 1) if entry.has("most") else MAX_AMOUNT,
        set=entry.choice("set", sets) if entry.has("set") else None,
    )


def _by_rate(entry: Section) -> Award:
    points, per = _points_per(entry)
    return ByRate(Fraction(points, per))


def _for_each_full(entry: Section) -> Award:
    return ForEachFull(*_points_per(entry))


def _points_per(entry: Section) -> tuple[int, int]:
    points, per = entry.integer("points", 1), entry.integer("per", 1)
    if points > MAX_RATE * per:
        entry.fault("points", f"use at most {MAX_RATE} points for each minor unit, so {MAX_RATE * per}")
    return points, per


def _per_unit(entry: Section) -> Award:
    return PerUnit(entry.integer("points", 1, MAX_POINTS))


def _per_order(entry: Section) -> Award:
    return PerOrder(entry.integer("points", 1, MAX_POINTS))


KINDS: Mapping[str, Callable[[Section], Award]] = {
    "rate": _by_rate,
    "each_full": _for_each_full,
    "per_unit": _per_unit,
    "per_order": _per_order,
}


def read_earning_sets(section: Section) -> tuple[EarningSet, ...]:
    """The optional key `earning_sets`, in the order in which they are asked."""
    if not section.has("earning_sets"):
        return ()
    entries = section.sections("earning_sets", 0, MAX_SETS)
    sets = [_set(entry) for entry in entries]
    unique(entries, "id", [each.id for each in sets])
    return tuple(sorted(sets, key=lambda each: (each.priority, each.id)))


def _set(entry: Section) -> EarningSet:
    found = EarningSet(
        id=entry.identifier("id"),
        name=entry.names("name"),
        priority=entry.integer("priority", 1, 999),
        audience=Audience.read(entry),
    )
    entry.close()
    return found


def read_earning_events(section: Section) -> tuple[EarningEvent, ...]:
    """The optional key `earning_events`."""
    if not section.has("earning_events"):
        return ()
    entries = section.sections("earning_events", 0, MAX_EVENTS)
    events = tuple(_event(entry) for entry in entries)
    unique(entries, "id", [each.id for each in events])
    return events


def _event(entry: Section) -> EarningEvent:
    event = EarningEvent(
        id=entry.identifier("id"),
        name=entry.names("name"),
        factor=entry.fraction("factor", MAX_FACTOR),
        audience=Audience.read(entry),
        goods=Goods.read(entry),
    )
    entry.close()
    return event
