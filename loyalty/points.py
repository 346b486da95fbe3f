"""Points: the base they are earned on (D04), how long they are good, and what may be used as money (D08).

P0 and P1 are assurance levels of cards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from loyalty.basket import MemberFacts, TillState
from loyalty.lots import Lot
from loyalty.moment import Moment
from loyalty.money import allocate, half_up
from loyalty.points_policy import Expiry, PointsBase, PointsPolicy
from loyalty.programme import PointsAsMoney, Programme
from loyalty.quote import PointsUse
from loyalty.tier_window import months_later

CLAIMED = "P0"  # proves nothing, so it redeems nothing
COPYABLE = frozenset({"P1", "P2"})  # P2 counts as P1 for money
ASSURANCE = ("P0", "P1", "P2", "P3", "P4")


@dataclass(frozen=True)
class Ceiling:
    """At most `points` may be used, because of `name`, one of the values of `PointsUse.limited_by`."""

    name: str
    points: int


def programme_day(programme: Programme, at: Moment) -> date:
    """The day by which lots expire: the calendar of the programme's zone, not of the shop (D20)."""
    instant = datetime.fromtimestamp(at.utc_ms // 1000, UTC)
    return instant.astimezone(ZoneInfo(programme.zone)).date()


def usable_lots(state: TillState, programme: Programme, at: Moment) -> tuple[Lot, ...]:
    """The lots that have not expired; the last good day counts until its midnight (D18, D20)."""
    today = programme_day(programme, at).isoformat()
    return tuple(lot for lot in state.lots if lot.expires_on is None or lot.expires_on >= today)


def points_held(programme: Programme, at: Moment, state: TillState) -> int:
    """What the member owns of the points here: a debt comes first, and nothing is below zero (D12)."""
    return max(0, sum(lot.points for lot in usable_lots(state, programme, at)) - state.debt)


def is_copyable(state: TillState) -> bool:
    """Whether anyone could copy what was shown, and no PIN came with it: then points have a limit a day."""
    return state.assurance in COPYABLE and not state.pin


def rights(member: MemberFacts | None, state: TillState, programme: Programme, at: Moment) -> tuple[Ceiling, ...]:
    """What the member may use here now, whatever the order is; in order of precedence."""
    ceilings = []
    if member is None:
        ceilings.append(Ceiling("not_a_member", 0))
    if state.assurance == CLAIMED:
        ceilings.append(Ceiling("assurance", 0))
    ceilings.append(Ceiling("available", points_held(programme, at, state)))
    if is_copyable(state):
        ceilings.append(Ceiling("copyable_daily", max(0, programme.copyable_daily_points - state.copyable_used)))
    return tuple(ceilings)


def limits_of_order(net: int, rule: PointsAsMoney) -> tuple[Ceiling, ...]:
    """What an order of `net` can take: the cap share first, then the order itself; in whole units."""
    capped = net * rule.cap.numerator // rule.cap.denominator
    ceilings = [Ceiling("order", net // rule.money * rule.points)]
    if rule.cap < 1:
        ceilings.insert(0, Ceiling("cap", capped // rule.money * rule.points))
    return tuple(ceilings)


def in_whole_units(points: int, rule: PointsAsMoney) -> int:
    return points - points % rule.points


def most(ceilings: Sequence[Ceiling], rule: PointsAsMoney) -> int:
    """The most that all ceilings allow, in whole units."""
    return in_whole_units(min(ceiling.points for ceiling in ceilings), rule)


def first_below(asked: int, ceilings: Sequence[Ceiling]) -> Ceiling | None:
    """The first ceiling that `asked` is over."""
    return next((ceiling for ceiling in ceilings if asked > ceiling.points), None)


def use_points(asked: int, net: int, ceilings: Sequence[Ceiling], rule: PointsAsMoney) -> PointsUse:
    """Use the most that is whole, lawful and asked for (D08). `ceilings` are the member's rights.

    `limited_by` names the first that stopped it: not_a_member, assurance, available, copyable_daily, cap, order,
    whole_units.
    """
    every = (*ceilings, *limits_of_order(net, rule))
    available = most(every, rule)
    points = min(in_whole_units(asked, rule), available)
    stopped = first_below(asked, every)
    limited_by = None if points == asked else stopped.name if stopped else "whole_units"
    return PointsUse(asked, points, points // rule.points * rule.money, available, limited_by)


def bases(
    nets: Sequence[int],
    taxes: Sequence[int],
    points_money: int,
    unearning_bonus: int,
    policy: PointsPolicy,
    *,
    on_top: bool = False,
) -> tuple[int, ...]:
    """The points base of each line: what was really paid for its goods (D04).

    `nets` are the goods after all discounts, 0 for a line that takes no part; `taxes` lie inside them, or come
    `on_top` of them. The part that points pay, then the bonus that does not earn, are divided over the lines as in
    D01; bonus beyond the goods has paid something else, which earns nothing anyway.
    """
    paid = _less(nets, points_money)
    paid = _less(paid, min(unearning_bonus, sum(paid)))
    if on_top:
        with_tax = policy.base is PointsBase.GROSS
        return tuple(left + tax if with_tax and net else left for net, tax, left in zip(nets, taxes, paid, strict=True))
    if policy.base is PointsBase.GROSS:
        return tuple(paid)
    parts = zip(nets, taxes, paid, strict=True)
    return tuple(left - half_up(tax, Fraction(left, net)) if net else 0 for net, tax, left in parts)


def _less(amounts: Sequence[int], money: int) -> list[int]:
    return [amount - share for amount, share in zip(amounts, allocate(money, amounts), strict=True)]


def good_until(earned_on: date, programme: Programme) -> str | None:
    """The last good day of points earned on this day (programme's calendar): ISO, None never expires (F077)."""
    last = last_good_day(earned_on, programme.points_as_money.lifetime_months)
    if last is None or programme.points.expiry is Expiry.ROLLING:
        return last
    return f"{last[:4]}-12-31"


def last_good_day(earned_on: date, lifetime_months: int | None) -> str | None:
    """The same day of the month `lifetime_months` later, or that month's last day; None never expires."""
    if lifetime_months is None:
        return None
    return months_later(earned_on, lifetime_months).isoformat()
