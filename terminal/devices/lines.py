"""The lines between the devices process and the terminal: one JSON object each, checked on arrival."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from drivers.base import CardRemoved, CardTapped, DeviceStatus, Event, KeyPressed, Pattern, Scanned

LINE_BYTES_MAX = 64 * 1024
PATTERNS: tuple[Pattern, ...] = get_args(Pattern)
_NAMES: Mapping[type[Event], str] = {
    CardTapped: "card",
    CardRemoved: "card_removed",
    Scanned: "scan",
    KeyPressed: "key",
    DeviceStatus: "status",
}
_SHAPES: Mapping[str, TypeAdapter[Any]] = {name: TypeAdapter(kind) for kind, name in _NAMES.items()}


class LineError(ValueError):
    """A line that is not one of ours; the message says why, without the line."""


def event_message(event: Event) -> dict[str, Any]:
    """`event` as the object of its line."""
    return {"event": _NAMES[type(event)], **asdict(event)}


def event_line(event: Event) -> bytes:
    return _line(event_message(event))


def light_line(pattern: Pattern) -> bytes:
    return _line({"light": pattern})


def read_event(line: bytes) -> Event:
    """The event of a line. Raises LineError; keys that are not known are passed over, for newer devices."""
    message = _object(line)
    shape = _SHAPES.get(str(message.pop("event", "")))
    if shape is None:
        raise LineError("no such event")
    try:
        event: Event = shape.validate_json(
            json.dumps(message), strict=True
        )  # from JSON an object may become a dataclass
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise LineError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    return event


def read_light(line: bytes) -> Pattern:
    """The pattern of a command line. Raises LineError."""
    wanted = _object(line).get("light")
    for pattern in PATTERNS:
        if wanted == pattern:
            return pattern
    raise LineError("no such command")


def _line(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _object(line: bytes) -> dict[str, Any]:
    if len(line) > LINE_BYTES_MAX:
        raise LineError("too long")
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LineError("not JSON") from error
    if not isinstance(message, dict):
        raise LineError("not an object")
    return message
