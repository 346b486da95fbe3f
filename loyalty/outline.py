"""What the readers of a document ask for, found by letting them read nothing: the source of the JSON schema.

An `Outline` stands in for a `Section`. It answers every question with a harmless value and notes the question. It says
of every optional key that it is there; then the readers read again, each time with one of these keys absent, so that
what is needed instead is found too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from loyalty.section import DAY, ID, LANGUAGE, MAX_AMOUNT, MAX_ENTRIES, MAX_NAME, TIME, Section
from loyalty.shape import Inner, Leaf, Shape, Visit

T = TypeVar("T")
Question = tuple[int, str]  # the identity of a shape, and a key asked for with `has`
ID_LEAF: Leaf = {"$ref": "#/$defs/id"}


def exact(pattern: re.Pattern[str]) -> str:
    """A pattern for the whole of a text, as JSON Schema needs it."""
    return f"^(?:{pattern.pattern})$"


DEFINITIONS: Mapping[str, Leaf] = {
    "id": {"type": "string", "pattern": exact(ID)},
    "day": {"type": "string", "pattern": exact(DAY), "description": "a day of the calendar such as 2026-12-31"},
    "time": {"type": "string", "pattern": exact(TIME)},
    "name": {
        "type": "object",
        "description": "a text for each language",
        "propertyNames": {"pattern": exact(LANGUAGE)},
        "additionalProperties": {"type": "string", "minLength": 1, "maxLength": MAX_NAME},
        "minProperties": 1,
    },
    "zone": {"type": "string", "description": "a time zone such as Asia/Shanghai"},
}


@dataclass
class Reading:
    """One reading of the whole document. `absent` are the questions answered with no."""

    absent: Mapping[Question, Shape]
    questions: dict[Question, Shape] = field(default_factory=dict)

    def enter(self, shape: Shape) -> Visit:
        visit = Visit(frozenset(key for place, key in self.absent if place == id(shape)))
        shape.visits.append(visit)
        return visit

    def holds(self, shape: Shape) -> bool:
        """Whether something that is absent lies in this shape."""
        return any(holder is shape for absent in self.absent.values() for holder in absent.holders())


def outline(read: Callable[[Section], object]) -> Shape:
    """The shape of the object that `read` reads."""
    root = Shape()
    todo: list[tuple[dict[Question, Shape], dict[Question, Shape]]] = [({}, {})]
    while todo:
        absent, known = todo.pop()
        reading = Reading(absent)
        read(Outline(root, reading, "$"))
        new = {question: shape for question, shape in reading.questions.items() if question not in known}
        todo += [({**absent, question: shape}, {**known, **new}) for question, shape in new.items()]
    return root


class Outline(Section):
    """A section without a value. Every public method of `Section` has its counterpart here."""

    def __init__(self, shape: Shape, reading: Reading, path: str) -> None:
        super().__init__({}, path, [])
        self._shape = shape
        self._reading = reading
        self._visit = reading.enter(shape)

    def has(self, key: str) -> bool:
        self._visit.offered.add(key)
        self._reading.questions[(id(self._shape), key)] = self._shape
        return key not in self._visit.absent

    def fault(self, key: str, remedy: str) -> None:
        """Nothing is wrong with what is not there."""

    def close(self) -> None:
        """Every key is one that was asked for."""

    def _leaf(self, key: str, leaf: Leaf) -> None:
        self._visit.asked.add(key)
        leaves = self._shape.leaves.setdefault(key, [])
        if leaf not in leaves:
            leaves.append(leaf)

    def integer(self, key: str, low: int, high: int = MAX_AMOUNT) -> int:
        self._leaf(key, _integer(low, high))
        return low

    def flag(self, key: str) -> bool:
        self._leaf(key, {"type": "boolean"})
        return False

    def text(self, key: str, pattern: re.Pattern[str], remedy: str) -> str:
        self._leaf(key, _text(pattern, remedy))
        return ""

    def identifier(self, key: str) -> str:
        self._leaf(key, ID_LEAF)
        return ""

    def choice(self, key: str, known: Iterable[str], way_out: Callable[[str], str] | None = None) -> str:
        """Names that stand in the document itself are not known here; such a key takes any id."""
        names = [str(name) for name in known]
        self._leaf(key, {"enum": names} if any(names) else ID_LEAF)
        return names[0] if names else ""

    def choices(self, key: str, known: Iterable[str]) -> tuple[str, ...]:
        self._leaf(key, {"type": "array", "items": {"enum": [str(name) for name in known]}, "uniqueItems": True})
        return ()

    def variants(self, key: str, table: Mapping[str, Callable[[Section], T]]) -> T | None:
        """Every row is read once; after that only those that hold a key which is absent, as nothing else is new."""
        self._visit.asked.add(key)
        self._shape.by = key
        rows = {name: self._shape.rows.setdefault(name, Shape(self._shape)) for name in table}
        wanted = [name for name in table if not rows[name].visits or self._reading.holds(rows[name])]
        read = [table[name](Outline(rows[name], self._reading, self.path)) for name in wanted or [*table][:1]]
        return read[0]

    def fraction(self, key: str, most: int) -> Fraction:
        parts = [_integer(0, most * MAX_AMOUNT), _integer(1, MAX_AMOUNT)]
        about = f"[numerator, denominator], from 0 to {most}"
        self._leaf(key, {"type": "array", "description": about, "prefixItems": parts, "items": False, "minItems": 2})
        return Fraction(0)

    def day(self, key: str) -> date:
        self._leaf(key, {"$ref": "#/$defs/day"})
        return date.min

    def zone(self, key: str) -> str:
        self._leaf(key, {"$ref": "#/$defs/zone"})
        return "UTC"

    def names(self, key: str) -> dict[str, str]:
        self._leaf(key, {"$ref": "#/$defs/name"})
        return {"en": ""}

    def identifiers(self, key: str) -> frozenset[str]:
        self._leaf(key, {"type": "array", "items": ID_LEAF})
        return frozenset()

    def texts(self, key: str, pattern: re.Pattern[str], remedy: str) -> frozenset[str]:
        self._leaf(key, {"type": "array", "items": _text(pattern, remedy)})
        return frozenset()

    def integers(self, key: str, low: int, high: int) -> frozenset[int]:
        self._leaf(key, {"type": "array", "items": _integer(low, high)})
        return frozenset()

    def days(self, key: str) -> frozenset[date]:
        self._leaf(key, {"type": "array", "items": {"$ref": "#/$defs/day"}})
        return frozenset()

    def hours(self, key: str) -> tuple[tuple[int, int], ...]:
        span = {"type": "array", "items": {"$ref": "#/$defs/time"}, "minItems": 2, "maxItems": 2}
        self._leaf(key, {"type": "array", "items": span})
        return ()

    def keyed_integers(self, key: str, pattern: re.Pattern[str], remedy: str) -> dict[str, int]:
        names, entry = {"pattern": exact(pattern), "description": remedy}, _integer(0, MAX_AMOUNT)
        leaf = {"type": "object", "propertyNames": names, "additionalProperties": entry}
        self._leaf(key, {**leaf, "minProperties": 1, "maxProperties": MAX_ENTRIES})
        return {}

    def section(self, key: str) -> Section:
        return self._inner(key, None)

    def sections(self, key: str, low: int, high: int) -> list[Section]:
        """One object stands for all of a list."""
        return [self._inner(key, (low, high))]

    def _inner(self, key: str, bounds: tuple[int, int] | None) -> Outline:
        self._visit.asked.add(key)
        inner = self._shape.inner.setdefault(key, Inner(Shape(self._shape), bounds))
        return Outline(inner.shape, self._reading, f"{self.path}.{key}")


def _integer(low: int, high: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": low, "maximum": high}


def _text(pattern: re.Pattern[str], remedy: str) -> dict[str, Any]:
    return {"type": "string", "pattern": exact(pattern), "description": remedy}
