"""Lotteries for points: who may draw, for what, and the exact odds (F090, F153)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from loyalty.audience import Audience
from loyalty.coupon_rule import ANYBODY, CouponRule, IssuedBy, read_handed_out
from loyalty.limits import Limit, Measure, Period, Scope
from loyalty.section import GTIN, GTIN_SHAPE, Section, unique

MOST_LOTTERIES = 50
MOST_PRIZES = 100
MAX_WEIGHT = 10**9
NOTHING_GONE: frozenset[str] = frozenset()


class PrizeKind(StrEnum):
    POINTS = "points"
    COUPON = "coupon"  # of the rule `coupon`
    GOODS = "goods"  # handed over the counter
    NOTHING = "nothing"


@dataclass(frozen=True)
class Winning:
    """What a prize hands out; only the fields of its kind say anything."""

    kind: PrizeKind = PrizeKind.NOTHING
    points: int = 0
    coupon: str = ""
    product: str = ""
    quantity: int = 1


@dataclass(frozen=True)
class Prize:
    """`weight` of the sum of all weights is its chance. `most` is its stock in the whole chain; None has no end."""

    id: str
    name: Mapping[str, str]
    weight: int
    winning: Winning
    most: int | None = None

    @property
    def stock(self) -> tuple[Limit, ...]:
        """The stock as a limit that only HQ can know: a till gives what was placed there (D29)."""
        return () if self.most is None else (Limit(Scope.CHAIN, Measure.TIMES, self.most),)

    @property
    def can_run_out(self) -> bool:
        """Whether it may not be there when it is drawn: its stock, or the limits and days of its coupon."""
        return self.most is not None or self.winning.kind is PrizeKind.COUPON


@dataclass(frozen=True)
class Lottery:
    """A draw costs `cost` points. `limits` count draws. A prize that is used up becomes the prize `instead`."""

    id: str
    name: Mapping[str, str]
    cost: int
    prizes: tuple[Prize, ...]
    instead: str | None = None
    audience: Audience = ANYBODY
    limits: tuple[Limit, ...] = ()

    @property
    def total(self) -> int:
        """Chances are drawn from 0 to below this."""
        return sum(prize.weight for prize in self.prizes)

    def prize_at(self, chance: int) -> Prize:
        """The prize whose span of the weights, in the order of the programme, holds `chance`.

        Raises ValueError unless 0 ≤ `chance` < `total`.
        """
        left = chance
        for prize in self.prizes:
            if 0 <= left < prize.weight:
                return prize
            left -= prize.weight
        raise ValueError(f"lottery {self.id}: chance {chance} is not one of 0 to {self.total - 1}")

    def prize(self, prize_id: str | None) -> Prize:
        """Raises ValueError for an id that is not one of its prizes."""
        found = next((prize for prize in self.prizes if prize.id == prize_id), None)
        if found is None:
            raise ValueError(f"lottery {self.id} has no prize {prize_id!r}")
        return found


def odds(lottery: Lottery, gone: Set[str] = NOTHING_GONE) -> dict[str, Fraction]:
    """The exact chance of each prize by its id, those `gone` counted as what they become; the chances sum to 1."""
    chances = dict.fromkeys((prize.id for prize in lottery.prizes), Fraction(0))
    for prize in lottery.prizes:
        becomes = lottery.prize(lottery.instead) if prize.id in gone else prize
        chances[becomes.id] += Fraction(prize.weight, lottery.total)
    return chances


def read_lotteries(section: Section, coupons: Sequence[CouponRule]) -> tuple[Lottery, ...]:
    """The optional key `lotteries`. Prizes hand out only `coupons` that have no price of their own."""
    if not section.has("lotteries"):
        return ()
    known = {rule.id for rule in coupons if rule.issue.by is not IssuedBy.POINTS}
    entries = section.sections("lotteries", 0, MOST_LOTTERIES)
    lotteries = tuple(_lottery(entry, known) for entry in entries)
    unique(entries, "id", [lottery.id for lottery in lotteries])
    return lotteries


def _lottery(entry: Section, coupons: Set[str]) -> Lottery:
    lottery = Lottery(
        id=entry.identifier("id"),
        name=entry.names("name"),
        cost=entry.integer("cost", 0),
        prizes=_prizes(entry, coupons),
        instead=entry.identifier("instead") if entry.has("instead") else None,
        audience=Audience.read(entry),
        limits=_limits(entry),
    )
    _check_instead(entry, lottery)
    entry.close()
    return lottery


def _limits(entry: Section) -> tuple[Limit, ...]:
    limits = read_handed_out(entry)
    if not entry.has("most_per_day"):
        return limits
    daily = Limit(Scope.MEMBER, Measure.TIMES, entry.integer("most_per_day", 1), Period.DAY)
    if any((limit.scope, limit.period) == (daily.scope, daily.period) for limit in limits):
        entry.fault("most_per_day", "'limits' already has one for each member and day; keep one of them")
    return (*limits, daily)


def _check_instead(entry: Section, lottery: Lottery) -> None:
    """What takes the place of a prize that has run out must itself always be there."""
    lasting = [prize.id for prize in lottery.prizes if not prize.can_run_out]
    if lottery.instead is None:
        if len(lasting) < len(lottery.prizes):
            entry.fault("instead", "name the prize that is given when one has run out")
    elif lottery.instead not in lasting:
        names = ", ".join(lasting) or "add one"
        entry.fault("instead", f"use a prize without 'most' that is no coupon: {names}")


def _prizes(entry: Section, coupons: Set[str]) -> tuple[Prize, ...]:
    sections = entry.sections("prizes", 1, MOST_PRIZES)
    prizes = tuple(_prize(each, coupons) for each in sections)
    unique(sections, "id", [prize.id for prize in prizes])
    return prizes


def _prize(entry: Section, coupons: Set[str]) -> Prize:
    inner = entry.section("prize")
    winning = inner.variants("kind", _KINDS)
    if winning is not None:  # the keys of an unknown kind cannot be judged
        inner.close()
    if winning and winning.coupon and winning.coupon not in coupons:
        inner.fault("coupon", "use the id of a coupon of the programme that is not issued for points")
    prize = Prize(
        id=entry.identifier("id"),
        name=entry.names("name"),
        weight=entry.integer("weight", 1, MAX_WEIGHT),
        winning=winning or Winning(),
        most=entry.integer("most", 0) if entry.has("most") else None,
    )
    entry.close()
    return prize


def _points(section: Section) -> Winning:
    return Winning(PrizeKind.POINTS, points=section.integer("points", 1))


def _coupon(section: Section) -> Winning:
    return Winning(PrizeKind.COUPON, coupon=section.identifier("coupon"))


def _goods(section: Section) -> Winning:
    quantity = section.integer("quantity", 1, 999) if section.has("quantity") else 1
    return Winning(PrizeKind.GOODS, product=section.text("product", GTIN, GTIN_SHAPE), quantity=quantity)


def _nothing(section: Section) -> Winning:
    return Winning()


_KINDS: Mapping[str, Callable[[Section], Winning]] = {
    PrizeKind.POINTS: _points,
    PrizeKind.COUPON: _coupon,
    PrizeKind.GOODS: _goods,
    PrizeKind.NOTHING: _nothing,
}
