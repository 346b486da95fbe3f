"""What is wrong with a table of terminal.toml, as sentences: file, key, value and the way out."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

VALUE_CHARS_MAX = 60


def problems_of(error: ValidationError, model: type[BaseModel], file: str, table: str) -> list[str]:
    """One sentence for each thing that pydantic found in `table`."""
    found = []
    for item in error.errors(include_url=False):
        key = str(item["loc"][0]) if item["loc"] else ""
        place = f"{file}: [{table}]" + (f" {key}" if key else "")
        match item["type"]:
            case "extra_forbidden":
                found.append(unknown(place, item["input"], key, model.model_fields))
            case "missing":
                found.append(f"{place} is missing: it has no default, add it")
            case _:
                found.append(f"{place} = {shown(item['input'])}: it {_must(item)}" if key else f"{place} {_must(item)}")
    return found


def unknown(place: str, value: object, key: str, known: Iterable[str]) -> str:
    """A key or table that does not exist, with what was perhaps meant."""
    known = list(known)
    near = get_close_matches(key, known, n=1)
    way_out = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(known)}"
    return f"{place} = {shown(value)}: there is no such key; {way_out}"


def shown(value: object) -> str:
    """A value as people wrote it, cut to a bounded length."""
    text = {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
    return text if len(text) <= VALUE_CHARS_MAX else text[: VALUE_CHARS_MAX - 1] + "…"


def _must(item: Any) -> str:
    """The rule that a value breaks, in words."""
    limits = item.get("ctx", {})
    match item["type"]:
        case "int_type":
            return "must be a whole number"
        case "bool_type":
            return "must be true or false"
        case "string_type" | "path_type":
            return "must be text in quotes"
        case "literal_error":
            return f"must be one of {limits['expected']}"
        case "greater_than_equal":
            return f"must be {limits['ge']} or more"
        case "less_than_equal":
            return f"must be {limits['le']} or less"
        case "string_too_short":
            return f"must have {limits['min_length']} characters or more" if item["input"] else "must not be empty"
        case "string_too_long":
            return f"must have {limits['max_length']} characters or fewer"
        case "value_error":
            return str(limits["error"])
        case _:
            return f"cannot be used: {item['msg'][0].lower()}{item['msg'][1:]}"
