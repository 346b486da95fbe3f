"""The counter of a limit: its key, what is left under it, and what an applied offer uses up (D29).

Terminal limits are counted here (`TillState.used`). What a member, a store or the chain has used only HQ knows, so of
those a till may use what HQ has placed at it (`TillState.leased`) and nothing more. Order limits need no counter.
"""

from __future__ import annotations

import json
import re
from base64 import b32encode
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import TypeVar

from loyalty.limits import UNLIMITED, Allowance, Limit, Measure, Period, Scope
from loyalty.quote import RightUse
from loyalty.section import Section

MAX_LIMITS = 10
KEY_LENGTH = 64
LIMIT = "limit"  # the kind of a `RightUse` that is counted
_PLAIN = re.compile(r"[A-Za-z0-9._-]+")
_PERIOD_LENGTH = {Period.DAY: 10, Period.MONTH: 7, Period.YEAR: 4}  # of an ISO date
_OF_ONE = frozenset({Scope.MEMBER, Scope.STORE})  # counted for one of many
_LEASED = frozenset({Scope.MEMBER, Scope.STORE, Scope.CHAIN})
_Named = TypeVar("_Named", bound=StrEnum)


def read_limits(section: Section) -> tuple[Limit, ...]:
    """The optional key `limits`: objects of `scope`, `measure`, `most` and `period` (default `ever`).

    An order limit has no period. Of each scope, measure and period there is at most one.
    """
    if not section.has("limits"):
        return ()
    entries = section.sections("limits", 0, MAX_LIMITS)
    limits = tuple(_limit(entry) for entry in entries)
    seen: set[tuple[Scope, Measure, Period]] = set()
    for entry, limit in zip(entries, limits, strict=True):
        if (limit.scope, limit.measure, limit.period) in seen:
            entry.fault("measure", "this scope, measure and period is limited above; keep one of them")
        seen.add((limit.scope, limit.measure, limit.period))
    return limits


def _limit(entry: Section) -> Limit:
    scope = _named(Scope, entry.choice("scope", Scope))
    period = _named(Period, entry.choice("period", Period)) if entry.has("period") else None
    if scope is Scope.ORDER and period is not None:
        entry.fault("period", "leave it out: an order has no period")
    limit = Limit(
        scope=scope,
        measure=_named(Measure, entry.choice("measure", Measure)),
        most=entry.integer("most", 1),
        period=period or Period.EVER,
    )
    entry.close()
    return limit


def _named(names: type[_Named], text: str) -> _Named:
    """A choice that was refused is noted as a fault already; the first name stands in for it."""
    return names(text) if text else next(iter(names))


def limit_key(offer_id: str, limit: Limit, business_date: date, member_id: str | None, store: str) -> str:
    """The name of the counter, the same on every device: `member:times:2026-03:happy-hour:m1`.

    Its parts are scope, measure, period by business date (D20), offer and, where it counts for one, member or store.
    A coupon rule or a reward takes part as `coupon/ID` or `reward/ID`, which no offer can be named. Raises ValueError
    for an order limit, and for a member limit without a member.
    """
    if limit.scope is Scope.ORDER:
        raise ValueError(f"offer {offer_id}: a limit of an order is not counted beyond it")
    whose = member_id if limit.scope is Scope.MEMBER else store
    if whose is None:
        raise ValueError(f"offer {offer_id}: a member limit is not counted without a member")
    parts = [limit.measure, _period(limit.period, business_date), *offer_id.split("/")]
    return counter_key(limit.scope, *parts, *([whose] if limit.scope in _OF_ONE else []))


def birthday_key(offer_id: str, member_id: str, year: int) -> str:
    """The counter of a birthday right, once for the birthday kept in `year` (`Shopper.birthday`, D19)."""
    return counter_key("birthday", str(year), *offer_id.split("/"), member_id)


def counter_key(counted: str, *parts: str) -> str:
    """One key of 1 to 64 letters, digits, dots, colons, dashes and underscores; other parts give another key.

    `counted`, such as the scope of a limit, is its first part and always can be read. The others are joined by colons
    where no part holds one and all fit; else the SHA-256 of them stands for them, 52 characters in base 32. Nothing
    that can be read has two parts, so the two forms never meet.
    """
    joined = ":".join((counted, *parts))
    if len(joined) <= KEY_LENGTH and len(parts) > 1 and all(_PLAIN.fullmatch(part) for part in parts):
        return joined
    digest = sha256(json.dumps(parts).encode()).digest()
    return f"{counted}:{b32encode(digest).decode().rstrip('=').lower()}"


def is_leased(key: str) -> bool:
    """Whether what this key counts is known to HQ alone, so that its use comes out of a lease."""
    return key.partition(":")[0] in _LEASED


def _period(period: Period, business_date: date) -> str:
    return business_date.isoformat()[: _PERIOD_LENGTH[period]] if period in _PERIOD_LENGTH else period


def allowance(
    offer_id: str,
    limits: tuple[Limit, ...],
    used: Mapping[str, int],
    leased: Mapping[str, int],
    business_date: date,
    member_id: str | None,
    store: str,
) -> Allowance:
    """What the offer may still do on this order, the least of its limits in each measure; never below zero.

    A till that has heard nothing of a member, store or chain limit has nothing of it; a guest has nothing of a
    member limit.
    """
    if not limits:
        return UNLIMITED
    least: dict[Measure, int] = {}
    for limit in limits:
        left = _left(offer_id, limit, used, leased, business_date, member_id, store)
        least[limit.measure] = min(left, least.get(limit.measure, left))
    return Allowance(least.get(Measure.TIMES), least.get(Measure.UNITS), least.get(Measure.MONEY))


def _left(
    offer_id: str,
    limit: Limit,
    used: Mapping[str, int],
    leased: Mapping[str, int],
    business_date: date,
    member_id: str | None,
    store: str,
) -> int:
    if limit.scope is Scope.ORDER:
        return limit.most
    if limit.scope is Scope.MEMBER and member_id is None:
        return 0
    key = limit_key(offer_id, limit, business_date, member_id, store)
    left = limit.most - used.get(key, 0) if limit.scope is Scope.TERMINAL else leased.get(key, 0)
    return max(0, left)


def birthday_allowance(offer_id: str, member_id: str, year: int, used: Mapping[str, int]) -> Allowance:
    """Once for each birthday; what `used` does not hold has not been used."""
    return Allowance(times=max(0, 1 - used.get(birthday_key(offer_id, member_id, year), 0)))


def limit_uses(
    offer_id: str,
    limits: tuple[Limit, ...],
    times: int,
    units: int,
    money: int,
    business_date: date,
    member_id: str | None,
    store: str,
) -> tuple[RightUse, ...]:
    """What an applied offer uses of its counted limits; an order limit needs no right, and nothing used makes none."""
    amounts = {Measure.TIMES: times, Measure.UNITS: units, Measure.MONEY: money}
    return tuple(
        RightUse(LIMIT, limit_key(offer_id, limit, business_date, member_id, store), amounts[limit.measure])
        for limit in limits
        if limit.scope is not Scope.ORDER and amounts[limit.measure]
    )


def birthday_use(offer_id: str, member_id: str, year: int) -> RightUse:
    """The birthday right of this year, used once."""
    return RightUse(LIMIT, birthday_key(offer_id, member_id, year), 1)
