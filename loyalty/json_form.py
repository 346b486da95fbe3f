"""A quote or a sale as JSON: integers, strings, booleans, null, lists and objects, ready to be made canonical."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

from loyalty.quote import Missed, Quote, QuoteLine, Reason
from loyalty.sale import Sale


def to_json(value: Quote | Sale) -> dict[str, Any]:
    """Every field under its own name; the same value always gives the same document.

    A line's `units` are run-length pairs [amount, count], so that 999 units stay short: [[100, 2], [99, 2]].
    """
    document: dict[str, Any] = _plain(value)
    return document


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, QuoteLine):
        return {name: _plain(part) for name, part in value._asdict().items()} | {"units": _runs(value.units)}
    if isinstance(value, Reason | Missed):
        return {name: _plain(part) for name, part in value._asdict().items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.value if isinstance(value, StrEnum) else value


def _runs(units: tuple[int, ...]) -> list[list[int]]:
    return [[amount, len(list(group))] for amount, group in groupby(units)]
