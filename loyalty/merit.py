"""Points for contributions such as a review: they never expire, buy rights and raise levels (F086 to F089).

They are an asset of their own and no money: no sale earns or spends them, and a level once reached stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import TypeVar

from loyalty.ledger import Account, Asset, Posting
from loyalty.limit_keys import limit_key
from loyalty.limits import Limit, Measure, Period, Scope
from loyalty.moment import Moment
from loyalty.sale import Refused, Verdict
from loyalty.section import Section, unique

MOST = 500  # entries of each list
LOT = "merit"  # what never expires needs no lots: the postings of all merits name this one


@dataclass(frozen=True)
class Act:
    """What gives `points`, at most `most_per_day` times to a member on one business date; None is without limit."""

    id: str
    name: Mapping[str, str]
    points: int
    most_per_day: int | None = None

    @classmethod
    def read(cls, section: Section) -> Act:
        most = section.integer("most_per_day", 1) if section.has("most_per_day") else None
        return cls(section.identifier("id"), section.names("name"), section.integer("points", 1), most)

    def counter(self, member_id: str, business_date: date) -> str:
        """The key under which the times of this day are counted (D29)."""
        daily = Limit(Scope.MEMBER, Measure.TIMES, self.most_per_day or 0, Period.DAY)
        return limit_key(f"merit/{self.id}", daily, business_date, member_id, "")


@dataclass(frozen=True)
class MeritLevel:
    """Reached by `threshold` merits ever credited, whatever was spent of them."""

    id: str
    name: Mapping[str, str]
    threshold: int

    @classmethod
    def read(cls, section: Section) -> MeritLevel:
        return cls(section.identifier("id"), section.names("name"), section.integer("threshold", 0))


@dataclass(frozen=True)
class MeritReward:
    """A right or a virtual item for `cost` merits."""

    id: str
    name: Mapping[str, str]
    cost: int

    @classmethod
    def read(cls, section: Section) -> MeritReward:
        return cls(section.identifier("id"), section.names("name"), section.integer("cost", 1))


@dataclass(frozen=True)
class Merit:
    """What a programme gives merits for, the levels from the lowest up, and what merits buy."""

    acts: tuple[Act, ...] = ()
    levels: tuple[MeritLevel, ...] = ()
    rewards: tuple[MeritReward, ...] = ()


NO_MERIT = Merit()


@dataclass(frozen=True)
class MeritStanding:
    """A member's merits: all that were ever `credited`, and what is `left`. `used` counts acts by `Act.counter`."""

    credited: int = 0
    left: int = 0
    used: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class MeritMove:
    """Merits credited (`points` above zero) or spent, for the act or the reward `about`, and the standing after it.

    `level` is the one held afterwards, None below the first; `rose` says that it was reached just now. The postings
    sum to zero for each asset.
    """

    about: str
    points: int
    standing: MeritStanding
    level: str | None
    rose: bool
    postings: tuple[Posting, ...]


def read_merit(section: Section) -> Merit:
    """The optional key `merit` of a programme: `acts`, `levels` and `rewards`, each optional; thresholds rise."""
    if not section.has("merit"):
        return NO_MERIT
    inner = section.section("merit")
    _, acts = _entries(inner, "acts", Act.read)
    level_entries, levels = _entries(inner, "levels", MeritLevel.read)
    _, rewards = _entries(inner, "rewards", MeritReward.read)
    for (below, _), (level, entry) in pairwise(zip(levels, level_entries, strict=True)):
        if level.threshold <= below.threshold:
            entry.fault("threshold", f"use more than {below.threshold}, that of the level before it")
    inner.close()
    return Merit(acts, levels, rewards)


Entry = TypeVar("Entry", Act, MeritLevel, MeritReward)


def _entries(section: Section, key: str, read: Callable[[Section], Entry]) -> tuple[list[Section], tuple[Entry, ...]]:
    if not section.has(key):
        return [], ()
    sections = section.sections(key, 0, MOST)
    entries = []
    for each in sections:
        entries.append(read(each))
        each.close()
    unique(sections, "id", [entry.id for entry in entries])
    return sections, tuple(entries)


def merit_level(credited: int, merit: Merit) -> MeritLevel | None:
    """The highest level reached by all that was ever credited, so it only rises (F089); None below the first."""
    return max((level for level in merit.levels if level.threshold <= credited), key=_threshold, default=None)


def _threshold(level: MeritLevel) -> int:
    return level.threshold


def credit_act(
    act_id: str, member_id: str, standing: MeritStanding, merit: Merit, at: Moment, into: Account = Account.POOL
) -> MeritMove | Refused:
    """Credit one act, or say why not: it is not known, or was credited as often as a day allows."""
    act = next((act for act in merit.acts if act.id == act_id), None)
    if act is None:
        return Refused(Verdict.MERIT_ACT_UNKNOWN)
    used, counted = standing.used, _pair(Account.ISSUED, into, Asset.MERIT, LOT, act.points)
    if act.most_per_day is not None:
        key = act.counter(member_id, at.business_date())
        if standing.used.get(key, 0) >= act.most_per_day:
            return Refused(Verdict.MERIT_DAILY, {"most": act.most_per_day})
        used = {**standing.used, key: standing.used.get(key, 0) + 1}
        counted += _pair(Account.LIMIT, Account.USED, Asset.LIMIT, key, 1)
    after = MeritStanding(standing.credited + act.points, standing.left + act.points, used)
    return _move(act.id, act.points, standing, after, merit, counted)


def redeem_merit(
    reward_id: str, standing: MeritStanding, merit: Merit, out_of: Account = Account.POOL
) -> MeritMove | Refused:
    """Spend merits on a right or a virtual item, or say why not; the level stays what it was."""
    reward = next((reward for reward in merit.rewards if reward.id == reward_id), None)
    if reward is None:
        return Refused(Verdict.MERIT_REWARD_UNKNOWN)
    if reward.cost > standing.left:
        return Refused(Verdict.MERIT_NOT_AVAILABLE, {"asked": reward.cost, "available": standing.left})
    after = replace(standing, left=standing.left - reward.cost)
    spent = _pair(out_of, Account.REDEEMED, Asset.MERIT, LOT, reward.cost)
    return _move(reward.id, -reward.cost, standing, after, merit, spent)


def _move(
    about: str, points: int, before: MeritStanding, after: MeritStanding, merit: Merit, postings: tuple[Posting, ...]
) -> MeritMove:
    was, level = merit_level(before.credited, merit), merit_level(after.credited, merit)
    return MeritMove(about, points, after, level.id if level else None, level != was, postings)


def _pair(out_of: Account, into: Account, asset: Asset, lot: str, amount: int) -> tuple[Posting, ...]:
    return (Posting(out_of, asset, lot, -amount), Posting(into, asset, lot, amount))
