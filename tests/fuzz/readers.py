"""Every reader of what comes from outside, with examples of what it is given and the errors that it may raise."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from protocol import canonical, signing
from protocol.batch import Batch, BatchError
from protocol.enrolment import ClaimError, read_claim
from protocol.feed import RowKind
from protocol.feed_repair import RowPlace, RowsAsk
from protocol.operation import Operation, OperationError
from protocol.sale_detail import SaleDetail, SaleDetailError
from protocol.signing import SignatureError, Signed
from protocol.snapshot import SnapshotManifest
from terminal.devices import lines as device_lines
from terminal.sync import lines as sync_lines
from tests.protocol.examples import DEVICE_KEY, HQ_KEY, examples, model_of
from tests.terminal.store.feed_material import Feed, member


@dataclass(frozen=True)
class Reader:
    """`read` gives a value or raises one of `errors`. `write` gives the bytes of a value back, where there are such;
    `exact` says that these are the very bytes that were read."""

    name: str
    examples: tuple[bytes, ...]
    read: Callable[[bytes], Any]
    errors: tuple[type[Exception], ...]
    write: Callable[[Any], bytes] | None = None
    exact: bool = False


def readers() -> Iterator[Reader]:
    known = dict(examples())
    values = tuple(data for name, data in known.items() if name.endswith(".json"))
    yield Reader("canonical", values, canonical.decode, (canonical.CanonicalError,), _canonical, True)
    yield Reader("operation", _operations(), Operation.decode, (OperationError,), Operation.encode)
    yield Reader("batch", (known["batch.bin"],), _read_batch, (BatchError, SignatureError), Batch.encode, True)
    yield Reader("claim", (known["claim_text.bin"],), _read_claim, (ClaimError, SignatureError, UnicodeDecodeError))
    yield Reader("signed", _signed(), _open_signed, (ValidationError, SignatureError, canonical.CanonicalError))
    yield Reader("sale detail", _details(), _read_detail, (ValueError,))
    yield from _messages(known)
    yield from _of_the_feed()
    yield from _lines()


def _canonical(value: Any) -> bytes:
    return canonical.encode(value)


def _operations() -> tuple[bytes, ...]:
    return tuple(data for name, data in examples().items() if name.startswith("operation"))


def _read_batch(data: bytes) -> Batch:
    batch = Batch.decode(data)
    batch.verify(signing.public_hex(DEVICE_KEY))
    return batch


def _read_claim(data: bytes) -> Any:
    signed, _ = read_claim(data.decode())
    return signed.open("claim", signing.public_hex(HQ_KEY))


def _signed() -> tuple[bytes, ...]:
    return tuple(data for name, data in examples().items() if name == "signed_time.json")


def _open_signed(data: bytes) -> Any:
    return Signed.model_validate_json(data).open("time", signing.public_hex(HQ_KEY))


def _details() -> tuple[bytes, ...]:
    return tuple(data for name, data in examples().items() if name.startswith("sale_detail"))


def _read_detail(data: bytes) -> Any:
    """As HQ replays it: what it cannot read is a SaleDetailError or another ValueError, which it parks."""
    detail = canonical.decode(data)
    if not isinstance(detail, dict):
        raise SaleDetailError("not an object")
    read = SaleDetail.read(detail)
    return read.to_basket(), read.to_member(), read.to_state(), read.to_tenders()


def _messages(known: dict[str, bytes]) -> Iterator[Reader]:
    """Each message as a terminal reads an answer of HQ's, and as HQ reads a body."""
    for name, data in known.items():
        if name.endswith(".json"):
            model = model_of(name)
            write = None if model is Operation else _dumped  # it is written canonically: see "operation"
            yield Reader(name, (data,), model.model_validate_json, (ValidationError,), write)


def _of_the_feed() -> Iterator[Reader]:
    """What repair and bootstrap ask and are told."""
    feed = Feed()
    for number in range(3):
        feed.put(RowKind.MEMBER, f"m{number}", member(f"m{number}", number))
    rows = RowsAsk(places=(RowPlace(kind=RowKind.MEMBER, key="m1"),))
    manifest = SnapshotManifest(
        version=3, generation=1, made_ms=5, size=9, packed=7, sha256="ab" * 32, chunks=("cd" * 32,), heads=()
    )
    for message in (feed.prefixes(), feed.leaf(feed.prefixes().prefixes[0].prefix), rows, feed.named(rows), manifest):
        model = type(message)
        yield Reader(model.__name__, (_dumped(message),), model.model_validate_json, (ValidationError,), _dumped)


def _dumped(value: BaseModel) -> bytes:
    return value.model_dump_json().encode()


def _lines() -> Iterator[Reader]:
    page = json.loads(examples()["grant_page.json"])
    ask = json.loads(examples()["grant_ask.json"])
    from_agent: tuple[Any, ...] = (
        {"say": "acknowledge", "id": 1, "seq": 3, "hash": "ab" * 32},
        {"say": "grants", "id": 2, "page": page},
        {"say": "met", "id": 3, "utc_ms": 1, "spend_until_ms": 2},
        {"say": "state", "id": 4, "online": True, "code": None},
        {"say": "describe", "id": 5},
        {"say": "answer", "re": 1, "error": "", "value": {"held_by": None}},
    )
    asks = {"say": "ask", "id": 6, "wish": ask}, {"say": "ask_key", "id": 7, "uid": "04A1B2C3D4E5F6"}
    from_till: tuple[Any, ...] = ({"say": "nudge"}, *asks, from_agent[-1])
    devices: tuple[Any, ...] = (
        {"event": "card", "device": "counter", "uid": "04A1B2C3D4E5F6", "technology": "uid", "at_ns": 5},
        {"event": "scan", "device": "counter", "text": "6901234567892", "at_ns": 5},
        {"event": "key", "device": "counter", "key": "1", "at_ns": 5},
        {"event": "button", "device": "call", "at_ns": 5},
        {"event": "print_ended", "device": "counter", "job": "sale-1", "outcome": "unknown", "at_ns": 5},
        {"event": "noted", "kind": "scale", "device": "counter", "values": {"grams": 512, "unit": "kg"}, "at_ns": 5},
    )
    errors = (sync_lines.LineError,)
    yield Reader("agent's line", _json(from_agent), sync_lines.read_from_agent, errors, sync_lines.line)
    yield Reader("till's line", _json(from_till), sync_lines.read_from_till, errors, sync_lines.line)
    yield Reader("device's line", _json(devices), device_lines.read_event, (device_lines.LineError,))
    yield from _of_the_devices()


def _of_the_devices() -> Iterator[Reader]:
    """What the terminal asks of the devices process, and what cards answer."""
    ask = {"exchange": 7, "device": "counter", "card": 3, "apdu": "00A4040000", "limit_ms": 1500}
    answers = ({"answer": 7, "apdu": "9000"}, {"answer": 8, "fault": "card_gone"})
    errors = (device_lines.LineError,)
    receipt = {
        "lines": [
            {"line": "text", "text": "静点茶饮", "align": "center", "width": 2},
            {"line": "columns", "cells": [{"text": "茶", "share": 1}, {"text": "¥5.00", "align": "right", "least": 8}]},
            {"line": "qr", "data": "https://example.com/r/1", "size": 4},
        ]
    }
    orders = ({"print": "sale-1", "device": "counter", "receipt": receipt}, {"open_drawer": "till"}, {"sound": "ok"})
    yield Reader("command's line", _json(({"light": "ok"}, ask, *orders)), device_lines.read_command, errors)
    yield Reader("card's answer", _json(answers), device_lines.read_event, errors)


def _json(values: tuple[Any, ...]) -> tuple[bytes, ...]:
    return tuple(json.dumps(value).encode() for value in values)
