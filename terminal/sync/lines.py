"""The lines between the sync agent and the till: one JSON object each, checked on arrival.

A line that wants an answer has an `id`; its answer has the same number as `re`.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from protocol.batch import HashHex
from protocol.card_keys import Uid
from protocol.entries import Entry
from protocol.feed import Bucket
from protocol.lease import GrantAsk, GrantPage
from protocol.links import CodeAsk, LinkAsk
from protocol.operation import Identifier, Int64, Message

LINE_BYTES_MAX = 1024 * 1024
Number = Annotated[int, Field(ge=0, lt=2**63)]
DIVERGED = "chain_diverged"
FAILED = "failed"
T = TypeVar("T")


class LineError(ValueError):
    """A line that is not one of ours; the message says why, without the line."""


class Acknowledge(Message):
    """Agent: HQ holds everything up to `seq`."""

    say: Literal["acknowledge"] = "acknowledge"
    id: Number
    seq: Number
    hash: HashHex


class Grants(Message):
    """Agent: HQ granted these."""

    say: Literal["grants"] = "grants"
    id: Number
    page: GrantPage


class Met(Message):
    """Agent: HQ answered, and signed both of these."""

    say: Literal["met"] = "met"
    id: Number
    utc_ms: Int64
    spend_until_ms: Int64


class Changed(Message):
    """Agent: the directory has news of a bucket."""

    say: Literal["changed"] = "changed"
    id: Number
    bucket: Bucket = Field(strict=False)


class State(Message):
    """Agent: how the line to HQ is; `code` names a sentence for people."""

    say: Literal["state"] = "state"
    id: Number
    online: bool
    code: Identifier | None = None


class Describe(Message):
    """Agent: what shall HQ be told of the terminal?"""

    say: Literal["describe"] = "describe"
    id: Number


class Nudge(Message):
    """Till: there is a new operation."""

    say: Literal["nudge"] = "nudge"


class Ask(Message):
    """Till: something is wanted at the counter that is not here. The agent knows the last grant and fills in `after`.

    The answer has no error when all of it was granted; else its `value` may say under `held_by` who has it.
    """

    say: Literal["ask"] = "ask"
    id: Number
    wish: GrantAsk


class AskKey(Message):
    """Till: the card of this UID lies at a reader, and its key is not here. The answer has no error once it is."""

    say: Literal["ask_key"] = "ask_key"
    id: Number
    uid: Uid = Field(repr=False)


class AskShown(Message):
    """Till: a card's link or a member code was shown, one of the two. The `value` of the answer is what HQ said; HQ is
    not asked any more when `limit_ms` have passed, for then nobody waits."""

    say: Literal["ask_shown"] = "ask_shown"
    id: Number
    limit_ms: Number
    link: LinkAsk | None = None
    code: CodeAsk | None = None


class AskEntry(Message):
    """Till: something is written down about a member. The `value` of the answer is what HQ said; `limit_ms` as in
    AskShown."""

    say: Literal["ask_entry"] = "ask_entry"
    id: Number
    limit_ms: Number
    entry: Entry


class Answer(Message):
    """Either: to a line with this number. `error` is empty when it went well."""

    say: Literal["answer"] = "answer"
    re: Number
    error: Annotated[str, Field(max_length=300)] = ""
    value: dict[str, Any] = Field(default_factory=dict)


Request = Acknowledge | Grants | Met | Changed | State | Describe
FromAgent = Request | Answer
Question = Ask | AskKey | AskShown | AskEntry
FromTill = Nudge | Question | Answer
_FROM_AGENT: TypeAdapter[FromAgent] = TypeAdapter(Annotated[FromAgent, Field(discriminator="say")])
_FROM_TILL: TypeAdapter[FromTill] = TypeAdapter(Annotated[FromTill, Field(discriminator="say")])


def line(message: FromAgent | FromTill) -> bytes:
    return json.dumps(message.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def read_from_agent(data: bytes) -> FromAgent:
    """Raises LineError."""
    return _read(_FROM_AGENT, data)


def read_from_till(data: bytes) -> FromTill:
    """Raises LineError."""
    return _read(_FROM_TILL, data)


def _read(shape: TypeAdapter[T], data: bytes) -> T:
    try:
        return shape.validate_json(data)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise LineError(f"{len(data)} bytes: {first['msg'][:100]}") from None
