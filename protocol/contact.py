"""The small talk of every contact: HQ's time under the terminal's nonce, the right to spend, and a heartbeat."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from protocol.batch import HashHex
from protocol.operation import ClockQuality, Identifier, Int64, Message, later
from protocol.signing import Signed

TIME = "time"  # purpose of the signed document
Nonce = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class SignedTime(Message):
    """Signed by HQ with purpose `time`: HQ's clock when it answered the question that carried `nonce`."""

    nonce: Nonce
    utc_ms: Int64


class Heartbeat(Message):
    """What a terminal says of itself, under 2 kB; shown on HQ's status page."""

    version: Annotated[str, Field(max_length=40)]
    outbox: Int64
    clock: ClockQuality = Field(strict=False)
    devices: dict[str, Any] = Field(default_factory=dict)
    directory: dict[str, Any] = Field(default_factory=dict)


class Contact(Message):
    nonce: Nonce
    epoch: Int64
    heartbeat: Heartbeat


class ContactAnswer(Message):
    """`state` of the device: active or suspended. `acked_seq` is HQ's position in this device's chain.

    `granted` is the number of its newest grant at HQ. With `report` a restored HQ asks for the grants above that.
    """

    time: Signed
    spend_until: Signed
    state: Identifier
    acked_seq: Int64
    acked_hash: HashHex
    granted: Int64 | None = later(None)
    report: bool = later(False)


class News(Message):
    """How far HQ is for a terminal that watches: the number of its newest grant, and the head of the config bucket."""

    granted: Annotated[int, Field(ge=0, lt=2**63)]
    config: Annotated[int, Field(ge=0, lt=2**63)]
