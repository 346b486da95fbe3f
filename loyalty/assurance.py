"""How far a card proved itself, and what that is enough for: levels and the policy table (cards.md, docs/assurance.md).

Possession and knowledge are judged apart. A rule of the table says what one action needs, and an action is allowed when
any of its rules is met; where none is, the verdict names what would do.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from loyalty.section import Section

LEVELS = ("P0", "P1", "P2", "P3", "P4")  # P0 proves nothing; P2 counts as P1 for money
ASKED = ("P1", "P3", "P4")


def reaches(level: str, least: str) -> bool:
    """Whether `level` proves at least as much as `least`. Raises ValueError for what is no level."""
    if level not in LEVELS:
        raise ValueError(f"assurance is {level!r}: use one of {', '.join(LEVELS)}")
    counted = "P1" if level == "P2" else level
    return LEVELS.index(counted) >= LEVELS.index(least)


def read_level(section: Section, key: str, default: str) -> str:
    """The optional level at `key`. P0 proves nothing, so it is none, and P2 is P1."""
    return (section.choice(key, ASKED) or default) if section.has(key) else default


class Action(StrEnum):
    """What is asked for in a member's name."""

    GREET = "greet"  # by a masked name
    EARN = "earn"
    TOP_UP = "top_up"
    SEE_BALANCE = "see_balance"
    REDEEM = "redeem"
    SPEND_VALUE = "spend_value"
    CHANGE_PHONE = "change_phone"
    CHANGE_PIN = "change_pin"
    REPLACE_CARD = "replace_card"


_TAKES = frozenset({Action.REDEEM, Action.SPEND_VALUE})  # something of the member's


class Need(StrEnum):
    """What can be missing."""

    LEVEL = "level"  # a card or code that proves more
    KEY = "key"  # the card was issued with a key, and that key is not here
    PIN = "pin"
    STAFF = "staff"
    HQ = "hq"
    LESS = "less"  # the amount is too large


@dataclass(frozen=True)
class Shown:
    """What is there: the level that was proven, the member's PIN, staff who stand for it, HQ reachable just now.

    `key_at_hand` is False for a card that was issued with a key which this terminal does not have.
    """

    level: str
    pin: bool = False
    staff: bool = False
    hq: bool = False
    key_at_hand: bool = True


@dataclass(frozen=True)
class Way:
    """One way in which the action would be allowed: `needs` are missing. `level` is the one to reach where LEVEL is
    among them, `most` the largest amount where LESS is; else they are None."""

    needs: frozenset[Need]
    level: str | None = None
    most: int | None = None


@dataclass(frozen=True)
class ProofVerdict:
    """`ways` are for what is not allowed: the one with the fewest things to add first; none, if nothing would do."""

    allowed: bool
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True)
class Rule:
    """`action` is allowed from `level` on, with the PIN, staff and HQ that are asked for, up to `most`; None is any.

    Amounts are points for earning and redeeming, minor units for the rest; `daily` counts the day's with them. `key`
    asks that the key of a card that has one is at hand. Raises ValueError for a rule that cannot be.
    """

    action: Action
    level: str
    pin: bool = False
    staff: bool = False
    hq: bool = False
    key: bool = False
    most: int | None = None
    daily: bool = False

    def __post_init__(self) -> None:
        if self.level not in ("P0", *ASKED):
            raise ValueError(f"a rule for {self.action} asks for {self.level!r}: use P0, {', '.join(ASKED)}")
        if self.level == "P0" and self.action in _TAKES:
            raise ValueError(f"a rule for {self.action} asks for no proof at all: use P1 or more")
        if self.most is not None and self.most < 0:
            raise ValueError(f"a rule for {self.action} allows {self.most}: use 0 or more")

    def way(self, shown: Shown, amount: int, used: int) -> Way | None:
        """What is missing to meet this rule; None where even nothing more of the amount is allowed today."""
        room = None if self.most is None else self.most - (used if self.daily else 0)
        missing = {
            Need.LEVEL: not reaches(shown.level, self.level),
            Need.KEY: self.key and not shown.key_at_hand,
            Need.PIN: self.pin and not shown.pin,
            Need.STAFF: self.staff and not shown.staff,
            Need.HQ: self.hq and not shown.hq,
            Need.LESS: room is not None and amount > room,
        }
        needs = frozenset(need for need, is_missing in missing.items() if is_missing)
        if Need.LESS not in needs:
            room = None
        elif room is not None and room <= 0:
            return None
        return Way(needs, self.level if Need.LEVEL in needs else None, room)


Table = tuple[Rule, ...]


def judge(table: Table, action: Action, shown: Shown, amount: int = 0, used: int = 0) -> ProofVerdict:
    """Whether `action` is allowed for `amount`, after `used` of it on the same business date. An action without a rule
    is never allowed."""
    found = [rule.way(shown, amount, used) for rule in table if rule.action is action]
    ways = dict.fromkeys(way for way in found if way is not None)
    if any(not way.needs for way in ways):
        return ProofVerdict(True)
    least = [way for way in ways if not any(_is_easier(other, way) for other in ways)]
    return ProofVerdict(False, tuple(sorted(least, key=_effort)))


def _is_easier(one: Way, other: Way) -> bool:
    """Whether whoever could go the other way could go this one as well."""
    level = LEVELS.index(one.level or "P0") <= LEVELS.index(other.level or "P0")
    amount = one.most is None or (other.most is not None and one.most >= other.most)
    return one != other and one.needs <= other.needs and level and amount


def _effort(way: Way) -> tuple[int, int, list[str]]:
    return len(way.needs), LEVELS.index(way.level or "P0"), sorted(way.needs)


EARN_CLAIMED = 1_000  # points a day
REDEEM_COPYABLE = 2_000  # points a day
FLOOR_LIMIT = 20_000  # minor units in one sale without HQ
USUAL: Table = (
    Rule(Action.GREET, "P0"),
    Rule(Action.EARN, "P0", most=EARN_CLAIMED, daily=True),
    Rule(Action.EARN, "P1"),
    Rule(Action.TOP_UP, "P0"),
    Rule(Action.SEE_BALANCE, "P1"),
    Rule(Action.REDEEM, "P1", key=True, most=REDEEM_COPYABLE, daily=True),
    Rule(Action.REDEEM, "P1", pin=True),
    Rule(Action.REDEEM, "P3"),
    Rule(Action.SPEND_VALUE, "P3", pin=True, most=FLOOR_LIMIT),
    Rule(Action.SPEND_VALUE, "P3", pin=True, hq=True),
    Rule(Action.SPEND_VALUE, "P4", most=FLOOR_LIMIT),
    Rule(Action.SPEND_VALUE, "P4", hq=True),
    Rule(Action.CHANGE_PHONE, "P0", pin=True, staff=True, hq=True),
    Rule(Action.CHANGE_PIN, "P0", pin=True, staff=True, hq=True),
    Rule(Action.REPLACE_CARD, "P0", pin=True, staff=True, hq=True),
)
