"""Tax, inside the prices or on top of them: fixed once for each rate, half up, and divided over its lines (D07)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from loyalty.basket import Line, LineKind
from loyalty.money import allocate, half_up
from loyalty.quote import TaxOfRate
from loyalty.section import Section, unique

UNTAXED_KINDS = frozenset({LineKind.TIP, LineKind.GIFT_CARD})
MAX_RATES = 50


class TaxMode(StrEnum):
    INCLUSIVE = "inclusive"  # prices contain it
    EXCLUSIVE = "exclusive"  # it comes on top


@dataclass(frozen=True)
class TaxRate:
    """`rate` of the price without tax, such as 13/100, for goods of these categories."""

    id: str
    rate: Fraction
    categories: frozenset[str]


@dataclass(frozen=True)
class TaxRules:
    """No category is in two rates. `default` is the id of the rate of all others; None: they bear no tax."""

    mode: TaxMode
    rates: tuple[TaxRate, ...]
    default: str | None = None

    def rate_of(self, line: Line) -> TaxRate | None:
        """The rate of a line. A tip is no turnover and a gift card is taxed when it is spent, so neither has one,
        unless a rate names its category."""
        named = next((rate for rate in self.rates if line.category in rate.categories), None)
        if named or line.kind in UNTAXED_KINDS:
            return named
        return next((rate for rate in self.rates if rate.id == self.default), None)

    @classmethod
    def read(cls, section: Section) -> TaxRules:
        """The keys `mode`, `rates` and, if it is there, `default`."""
        entries = section.sections("rates", 1, MAX_RATES)
        rates = tuple(_rate(entry) for entry in entries)
        unique(entries, "id", [rate.id for rate in rates])
        _no_category_twice(entries, rates)
        default = section.identifier("default") if section.has("default") else None
        if default is not None and default not in {rate.id for rate in rates}:
            section.fault("default", f"use the id of a rate: {', '.join(sorted(rate.id for rate in rates))}")
        mode = section.choice("mode", TaxMode)
        section.close()
        return cls(TaxMode(mode) if mode else TaxMode.INCLUSIVE, rates, default)


def _rate(entry: Section) -> TaxRate:
    categories = entry.identifiers("categories") if entry.has("categories") else frozenset()
    rate = TaxRate(entry.identifier("id"), entry.fraction("rate", 1), categories)
    entry.close()
    return rate


def _no_category_twice(entries: Sequence[Section], rates: Sequence[TaxRate]) -> None:
    seen: set[str] = set()
    for entry, rate in zip(entries, rates, strict=True):
        twice = sorted(seen & rate.categories)
        if twice:
            entry.fault("categories", f"{', '.join(twice)} is in a rate above; keep it in one")
        seen |= rate.categories


@dataclass(frozen=True)
class Taxes:
    """`lines` holds (id of the rate, tax) for each line, ("", 0) where there is none; `totals` is in order of rates.

    Under exclusive rules the sum of `totals` comes on top of what the lines cost.
    """

    lines: tuple[tuple[str, int], ...] = ()
    totals: tuple[TaxOfRate, ...] = ()

    @property
    def total(self) -> int:
        return sum(each.tax for each in self.totals)


def tax_of(lines: Sequence[Line], nets: Sequence[int], rules: TaxRules | None) -> Taxes:
    """The tax of lines that cost `nets` after all discounts; without rules there is none (D07).

    The tax of a rate is fixed once on the sum of its lines. Lines below zero, such as bottles that come back, carry
    tax below zero, fixed once for all of them; the rest is divided over the lines above zero. So all lines together
    carry the tax of the sum, and no line more than its own amount. A rate without lines has no total.
    """
    if rules is None:
        return Taxes(tuple(("", 0) for _ in lines))
    rates = [rules.rate_of(line) for line in lines]
    taxes = [0] * len(lines)
    totals = []
    for rate in rules.rates:
        places = [place for place, each in enumerate(rates) if each is rate]
        if places:
            shares = _shares([nets[place] for place in places], _part(rate.rate, rules.mode))
            for place, share in zip(places, shares, strict=True):
                taxes[place] = share
            tax, total = sum(shares), sum(nets[place] for place in places)
            totals.append(TaxOfRate(rate.id, total - tax if rules.mode is TaxMode.INCLUSIVE else total, tax))
    named = ((rate.id if rate else "", tax) for rate, tax in zip(rates, taxes, strict=True))
    return Taxes(tuple(named), tuple(totals))


def _part(rate: Fraction, mode: TaxMode) -> Fraction:
    """The tax as a part of the price: 13 % inside it are 13/113 of it."""
    return rate / (1 + rate) if mode is TaxMode.INCLUSIVE else rate


def _shares(nets: Sequence[int], part: Fraction) -> list[int]:
    tax = half_up(sum(nets), part)
    back = [max(0, -net) for net in nets]
    tax_back = half_up(sum(back), part)
    given = allocate(tax + tax_back, nets)  # within the lines above zero: what two roundings add is less than a unit
    return [one - other for one, other in zip(given, allocate(tax_back, back), strict=True)]


def tax_of_part(tax: int, whole: int, before: int, now: int) -> int:
    """The tax in the next part of a line: in `now` of `whole` units of its amount, when `before` have gone back.

    Cumulative, so that however a line is divided its parts carry `tax` together, and none has the wrong sign.
    Raises ValueError unless 0 ≤ `before`, 0 ≤ `now` and `before` + `now` ≤ `whole`.
    """
    if before < 0 or now < 0 or before + now > whole:
        raise ValueError(f"{now} after {before} of {whole}: a part must lie within the whole")
    if whole == 0:
        return 0
    return half_up(tax, Fraction(before + now, whole)) - half_up(tax, Fraction(before, whole))


def tax_on_top(rules: TaxRules | None) -> bool:
    """Whether tax comes on top of the prices."""
    return rules is not None and rules.mode is TaxMode.EXCLUSIVE


def read_tax(section: Section) -> TaxRules | None:
    """The optional key `tax`; without it there is no tax."""
    return TaxRules.read(section.section("tax")) if section.has("tax") else None
