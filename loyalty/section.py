"""Reading one object of a document: a bad value is noted as a fault and reading goes on, so all faults come at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from loyalty.document import Fault, did_you_mean, shown

MAX_AMOUNT = 10**12
MAX_ENTRIES = 20_000
MAX_NAME = 200
GTIN = re.compile(r"[0-9]{8}|[0-9]{12,14}")
GTIN_SHAPE = "a GTIN has 8, 12, 13 or 14 digits"
ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME = re.compile(r"([01][0-9]|2[0-4]):[0-5][0-9]")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_MISSING = object()
T = TypeVar("T")


class Section:
    """One object of a document. Each question names a key; a bad answer is noted and a harmless value returned.

    Optional keys are asked for with `has` first; null counts as absent. `close` notes the keys nobody asked for.
    """

    def __init__(self, value: object, path: str, faults: list[Fault]) -> None:
        self.path = path
        self.faults = faults
        self._asked: set[str] = set()
        self._values: Mapping[Any, Any] = value if isinstance(value, dict) else {}
        self._readable = isinstance(value, dict)
        if not self._readable and value is not _MISSING:
            faults.append(Fault(path, f"is {shown(value)}", "it must be an object in braces"))

    def has(self, key: str) -> bool:
        self._asked.add(key)
        return self._values.get(key) is not None

    def fault(self, key: str, remedy: str) -> None:
        """Note that the value of `key` is wrong, and the way out."""
        if not self._readable:
            return  # the section itself has been noted
        value = self._values.get(key, _MISSING)
        self.faults.append(Fault(self._at(key), "is missing" if value is _MISSING else f"is {shown(value)}", remedy))

    def close(self) -> None:
        for key in self._values:
            if key not in self._asked:
                remedy = did_you_mean(str(key), self._asked)
                self.faults.append(Fault(self._at(key), "is not a known key", remedy))

    def _at(self, key: object) -> str:
        plain = isinstance(key, str) and ID.fullmatch(key)
        place = str(key) if plain else f"[{shown(key)}]"
        return place if self.path == "$" else f"{self.path}.{place}"

    def _value(self, key: str) -> object:
        self._asked.add(key)
        return self._values.get(key, _MISSING)

    def integer(self, key: str, low: int, high: int = MAX_AMOUNT) -> int:
        value = self._value(key)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.fault(key, f"use a whole number from {low} to {high}")
        return low

    def flag(self, key: str) -> bool:
        value = self._value(key)
        if not isinstance(value, bool):
            self.fault(key, "use true or false")
        return value is True

    def text(self, key: str, pattern: re.Pattern[str], remedy: str) -> str:
        value = self._value(key)
        if isinstance(value, str) and pattern.fullmatch(value):
            return value
        self.fault(key, remedy)
        return ""

    def identifier(self, key: str) -> str:
        return self.text(key, ID, "use 1 to 64 letters, digits, dots, colons, dashes or underscores")

    def choice(self, key: str, known: Iterable[str], way_out: Callable[[str], str] | None = None) -> str:
        """One of `known`, or "" after noting the fault with the nearest one, or with the `way_out` of the value."""
        value, names = self._value(key), list(known)
        if isinstance(value, str) and value in names:
            return value
        text = value if isinstance(value, str) else ""
        self.fault(key, way_out(text) if way_out else did_you_mean(text, names))
        return ""

    def choices(self, key: str, known: Iterable[str]) -> tuple[str, ...]:
        """A list of some of `known`, each at most once; their order is kept."""
        value, names = self._value(key), list(known)
        if isinstance(value, list) and all(item in names for item in value) and len(set(value)) == len(value):
            return tuple(value)
        self.fault(key, f"use a list of some of {', '.join(names)}, each at most once")
        return ()

    def variants(self, key: str, table: Mapping[str, Callable[[Section], T]]) -> T | None:
        """What the reader reads whose name stands at `key`, from this same object; None where the name is not known.

        After None the other keys cannot be judged, so the section is not to be closed.
        """
        read = table.get(self.choice(key, table))
        return read(self) if read else None

    def fraction(self, key: str, most: int) -> Fraction:
        """A fraction from 0 to `most`, written [numerator, denominator]."""
        value = self._value(key)
        if isinstance(value, list) and len(value) == 2 and all(type(part) is int for part in value):
            top, bottom = value
            if 0 < bottom <= MAX_AMOUNT and 0 <= top <= most * bottom:
                return Fraction(top, bottom)
        self.fault(key, f"use [numerator, denominator], from 0 to {most}, such as [12, 100]")
        return Fraction(0)

    def day(self, key: str) -> date:
        found = _day(self._value(key))
        if found is None:
            self.fault(key, "use a day of the calendar such as 2026-12-31")
        return found or date.min

    def zone(self, key: str) -> str:
        value = self._value(key)
        if isinstance(value, str):
            try:
                return ZoneInfo(value).key
            except (ZoneInfoNotFoundError, ValueError, OSError):
                pass  # whatever is wrong with the name, the way out is the same
        self.fault(key, "use a time zone such as Asia/Shanghai")
        return "UTC"

    def names(self, key: str) -> dict[str, str]:
        """A text for each language: {"zh-CN": …, "en": …}, at least one, each printable and at most 200 characters."""
        value = self._value(key)
        if isinstance(value, dict) and value and all(_is_name(*pair) for pair in value.items()):
            return dict(value)
        self.fault(key, 'use a short text for each language, such as {"zh-CN": "金卡", "en": "Gold"}')
        return {"en": ""}

    def identifiers(self, key: str) -> frozenset[str]:
        value = self._value(key)
        if isinstance(value, list) and all(isinstance(item, str) and ID.fullmatch(item) for item in value):
            return frozenset(value)
        self.fault(key, 'use a list of ids such as ["tobacco"], or []')
        return frozenset()

    def texts(self, key: str, pattern: re.Pattern[str], remedy: str) -> frozenset[str]:
        """A list of texts of the shape `pattern`."""
        value = self._value(key)
        if isinstance(value, list) and all(isinstance(item, str) and pattern.fullmatch(item) for item in value):
            return frozenset(value)
        self.fault(key, f"use a list; {remedy}")
        return frozenset()

    def integers(self, key: str, low: int, high: int) -> frozenset[int]:
        """A list of whole numbers from `low` to `high`."""
        value = self._value(key)
        if isinstance(value, list) and all(type(item) is int and low <= item <= high for item in value):
            return frozenset(value)
        self.fault(key, f"use a list of whole numbers from {low} to {high}")
        return frozenset()

    def days(self, key: str) -> frozenset[date]:
        """A list of days of the calendar."""
        value = self._value(key)
        found = [_day(item) for item in value] if isinstance(value, list) else [None]
        if None in found:
            self.fault(key, 'use a list of days such as ["2026-10-01"]')
        return frozenset(day for day in found if day is not None)

    def hours(self, key: str) -> tuple[tuple[int, int], ...]:
        """Spans of the day, [["17:00", "24:00"]], as minutes from midnight, the end not included."""
        value = self._value(key)
        found = [_span(item) for item in value] if isinstance(value, list) else [None]
        if None in found:
            self.fault(key, 'use a list of spans such as [["17:00", "19:30"]], each ending after it begins')
        return tuple(span for span in found if span is not None)

    def section(self, key: str) -> Section:
        value = self._value(key)
        if value is _MISSING:
            self.fault(key, "add the object")
        return Section(value, self._at(key), self.faults)

    def sections(self, key: str, low: int, high: int) -> list[Section]:
        """A list of `low` to `high` objects."""
        value = self._value(key)
        if not isinstance(value, list) or not low <= len(value) <= high:
            self.fault(key, f"use a list of {low} to {high} objects")
            return []
        return [Section(item, f"{self._at(key)}[{index}]", self.faults) for index, item in enumerate(value)]

    def keyed_integers(self, key: str, pattern: re.Pattern[str], remedy: str) -> dict[str, int]:
        """An object of 1 to 20,000 whole numbers from 0, each key of the shape `pattern`."""
        value = self._value(key)
        if not isinstance(value, dict) or not 1 <= len(value) <= MAX_ENTRIES:
            self.fault(key, f"use an object of 1 to {MAX_ENTRIES} entries; {remedy}")
            return {}
        inner = Section(value, self._at(key), self.faults)
        for name in inner._values:
            if not (isinstance(name, str) and pattern.fullmatch(name)):
                inner.faults.append(Fault(inner._at(name), "is not a valid key", remedy))
        return {name: inner.integer(name, 0) for name in inner._values}


def _day(value: object) -> date | None:
    if not isinstance(value, str) or not DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:  # such as 2026-02-30
        return None


def _span(value: object) -> tuple[int, int] | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    if not all(isinstance(item, str) and TIME.fullmatch(item) for item in value):
        return None
    first, last = (int(item[:2]) * 60 + int(item[3:]) for item in value)
    return (first, last) if first < last <= 24 * 60 else None


def _is_name(language: object, text: object) -> bool:
    languages = isinstance(language, str) and LANGUAGE.fullmatch(language) is not None
    return languages and isinstance(text, str) and 0 < len(text) <= MAX_NAME and text.isprintable()


def unique(sections: Sequence[Section], key: str, values: Sequence[object]) -> None:
    """Note every section whose value of `key` was already used by an earlier one."""
    seen: set[object] = set()
    for section, value in zip(sections, values, strict=True):
        if value and value in seen:
            section.fault(key, "it is already used above; choose another")
        seen.add(value)
