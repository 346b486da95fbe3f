"""The lines between the devices process and the terminal: one JSON object each, checked on arrival."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, TypeAdapter, ValidationError

from drivers.base import (
    ButtonPressed,
    CardRemoved,
    CardTapped,
    DeviceStatus,
    Event,
    Hex,
    Job,
    KeyPressed,
    Name,
    Noted,
    Pattern,
    PrintEnded,
    Scanned,
    Tune,
)
from drivers.receipt import Receipt

LINE_BYTES_MAX = 64 * 1024
RECEIPT_BYTES_MAX = LINE_BYTES_MAX - 1024
LINK_APDU_BYTES_MAX = 4096  # a card's longest command here is one with 255 bytes of data
LIMIT_MS_MAX = 10_000
CardFault = Literal["card_gone", "card_mute", "device_lost"]
PATTERNS: tuple[Pattern, ...] = get_args(Pattern)
_NAMES: Mapping[type[Event], str] = {
    CardTapped: "card",
    CardRemoved: "card_removed",
    Scanned: "scan",
    KeyPressed: "key",
    ButtonPressed: "button",
    PrintEnded: "print_ended",
    Noted: "noted",
    DeviceStatus: "status",
}
_SHAPES: Mapping[str, TypeAdapter[Any]] = {name: TypeAdapter(kind) for kind, name in _NAMES.items()}


class LineError(ValueError):
    """A line that is not one of ours; the message says why, without the line."""


@dataclass(frozen=True)
class Exchange:
    """Ask a card reader to send `apdu` to the card of tap number `card`. `id` comes back with the answer."""

    id: Annotated[int, Field(ge=0, le=2**53)]
    device: Name
    card: Annotated[int, Field(ge=0)]
    apdu: Annotated[Hex, Field(min_length=8, max_length=2 * LINK_APDU_BYTES_MAX)] = field(repr=False)
    limit_ms: Annotated[int, Field(ge=1, le=LIMIT_MS_MAX)]


@dataclass(frozen=True)
class Answer:
    """What came of an Exchange: the card's answer in hex, or why there is none."""

    id: int
    apdu: Annotated[Hex, Field(min_length=4, max_length=2 * LINK_APDU_BYTES_MAX)] | None = field(
        default=None, repr=False
    )
    fault: CardFault | None = None


@dataclass(frozen=True)
class PrintJob:
    """Print `receipt` at the printer `device`, unless a job of this name was there before."""

    job: Job
    device: Name
    receipt: Receipt = field(repr=False)


@dataclass(frozen=True)
class OpenDrawer:
    """Open the drawer `device` now."""

    device: Name


@dataclass(frozen=True)
class Sound:
    """Let every buzzer sound `tune`."""

    tune: Tune


Command = Pattern | Exchange | PrintJob | OpenDrawer | Sound


def event_message(event: Event) -> dict[str, Any]:
    """`event` as the object of its line."""
    return {"event": _NAMES[type(event)], **asdict(event)}


def event_line(event: Event) -> bytes:
    return _line(event_message(event))


def light_line(pattern: Pattern) -> bytes:
    return _line({"light": pattern})


def exchange_line(ask: Exchange) -> bytes:
    return _line(
        {"exchange": ask.id, "device": ask.device, "card": ask.card, "apdu": ask.apdu, "limit_ms": ask.limit_ms}
    )


def print_line(order: PrintJob) -> bytes:
    """Raises LineError for a receipt that is too long, or that no printer could take."""
    line = _line({"print": order.job, "device": order.device, "receipt": asdict(order.receipt)})
    if len(line) > RECEIPT_BYTES_MAX:
        raise LineError("the receipt is too long")
    read_command(line)
    return line


def drawer_line(order: OpenDrawer) -> bytes:
    return _line({"open_drawer": order.device})


def sound_line(order: Sound) -> bytes:
    return _line({"sound": order.tune})


def answer_line(answer: Answer) -> bytes:
    body = {"apdu": answer.apdu} if answer.fault is None else {"fault": answer.fault}
    return _line({"answer": answer.id, **body})


def read_event(line: bytes) -> Event | Answer:
    """The event or the answer of a line from the devices. Raises LineError.

    Keys that are not known are passed over, for newer devices.
    """
    message = _object(line)
    if "answer" in message:
        return _answer(message)
    shape = _SHAPES.get(str(message.pop("event", "")))
    if shape is None:
        raise LineError("no such event")
    event: Event = _shaped(shape, message)
    return event


def read_command(line: bytes) -> Command:
    """What a line from the terminal asks for. Raises LineError."""
    message = _object(line)
    for key, (shape, first) in _COMMANDS.items():
        if key in message:
            command: Command = _shaped(shape, {first: message.pop(key), **message})
            return command
    for pattern in PATTERNS:
        if message.get("light") == pattern:
            return pattern
    raise LineError("no such command")


def _answer(message: dict[str, Any]) -> Answer:
    answer: Answer = _shaped(_ANSWER, {"id": message.pop("answer"), **message})
    if (answer.apdu is None) == (answer.fault is None):
        raise LineError("an answer is an APDU or a fault")
    return answer


def _shaped(shape: TypeAdapter[Any], message: Mapping[str, Any]) -> Any:
    try:
        return shape.validate_json(json.dumps(message), strict=True)  # from JSON an object may become a dataclass
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise LineError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


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


# the key that tells a command apart, its shape, and the field that the key stands for
_COMMANDS: Mapping[str, tuple[TypeAdapter[Any], str]] = {
    "exchange": (TypeAdapter(Exchange), "id"),
    "print": (TypeAdapter(PrintJob), "job"),
    "open_drawer": (TypeAdapter(OpenDrawer), "device"),
    "sound": (TypeAdapter(Sound), "tune"),
}
_ANSWER: TypeAdapter[Any] = TypeAdapter(Answer)
