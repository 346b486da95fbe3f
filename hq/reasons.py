"""Why an operation was flagged or parked: what happened, who bears it, and what to do, for a shop owner to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hq.reasons_en import EN
from hq.reasons_zh import ZH


class Reason(StrEnum):
    """In order of precedence; an operation may have several."""

    UNREADABLE = "unreadable"
    UNBOOKABLE = "unbookable"
    MISADDRESSED = "misaddressed"
    MEMBER_UNKNOWN = "member_unknown"
    POSTINGS_UNKNOWN = "postings_unknown"
    MEMBER_BLOCKED = "member_blocked"
    LEASE_EXCEEDED = "lease_exceeded"
    VALUE_EXCEEDED = "value_lease_exceeded"
    COUPON_TWICE = "coupon_twice"
    COPYABLE_DAILY = "copyable_daily"
    BIRTHDAY_TWICE = "birthday_twice"
    RIGHT_NOT_GIVEN = "right_not_given"
    TOP_UP_WITHOUT_ROOM = "top_up_without_room"
    TOP_UP_OVER_LIMIT = "top_up_over_limit"
    MERGED_LIMIT = "merged_limit"
    REFUND_UNVERIFIED = "refund_unverified"
    REFUND_OF_UNKNOWN_SALE = "refund_of_unknown_sale"
    REFUND_WITHOUT_RIGHT = "refund_without_right"
    REFUND_UNREADABLE = "refund_unreadable"
    REFUND_TWICE = "refund_twice"
    INTENT_TWICE = "intent_twice"
    REPLAY_DIFFERS = "replay_differs"
    REPLAY_IMPOSSIBLE = "replay_impossible"


@dataclass(frozen=True)
class Told:
    """One conflict in one language."""

    happened: str
    bears: str
    do: str

    def __str__(self) -> str:
        return " ".join((self.happened, self.bears, self.do))


LANGUAGES = {"en": EN, "zh-CN": ZH}


class _Filled(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"


def told(reason: Reason, params: Mapping[str, object], language: str = "en") -> Told:
    """What happened, who bears it, what to do. Money (`…_minor`) is shown with two decimals; what is missing as `?`."""
    values = _Filled({name: _shown(name, value) for name, value in params.items()})
    return Told(*(part.format_map(values) for part in LANGUAGES[language][reason.value]))


def sentence(reason: Reason, params: Mapping[str, object], language: str = "en") -> str:
    """The three parts in one."""
    return str(told(reason, params, language))


def _shown(name: str, value: object) -> object:
    if not name.endswith("_minor") or not isinstance(value, int):
        return value
    return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02}"
