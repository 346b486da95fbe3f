"""PINs on their way: the row that terminals get, the guesses that they report, and the peppers (cards.md, PIN)."""

from __future__ import annotations

import hashlib
import hmac
from typing import Annotated

from pydantic import Field

from protocol.enrolment import Hex32
from protocol.operation import Identifier, Message

MOST_GUESSES = 50  # in one report: it has at most 8 KiB
Number = Annotated[int, Field(ge=0, lt=2**53)]
PinVersion = Annotated[int, Field(ge=1, lt=2**53)]
PepperName = Annotated[str, Field(pattern=r"^pepper-[1-9]\d{0,2}$")]


class PinRow(Message):
    """A PIN as it is kept, and the wrong guesses at it that HQ knows of; its key in the feed is `pin_key`, so the row
    alone does not say whose it is.

    `hash` is the PHC string of `cards.pin.PinHash`: cost, name of the pepper, salt, Argon2id. `wrong` is by
    `device:epoch`. A new PIN, and HQ's word that guesses count anew, is another version; a right PIN another `reset`.
    """

    version: PinVersion
    hash: Annotated[str, Field(max_length=200)] = Field(repr=False)
    reset: Number
    wrong: dict[Identifier, Number]
    last_ms: Number


class PinGuesses(Message):
    """How often one terminal was keyed a wrong PIN of the member behind `key`, since the reset; `last_ms` is the
    newest guess."""

    key: Identifier
    version: PinVersion
    reset: Number
    wrong: Number
    last_ms: Number


class PinReport(Message):
    """What a terminal counted itself. The same report again changes nothing."""

    guesses: tuple[PinGuesses, ...] = Field(strict=False, max_length=MOST_GUESSES)


class PinRules(Message):
    """Which peppers a terminal needs, and what a hash costs: one who has no PIN must take as long."""

    peppers: tuple[PepperName, ...] = Field(strict=False, min_length=1, max_length=100)
    memory_kib: Annotated[int, Field(ge=19 * 1024, le=256 * 1024)]
    passes: Annotated[int, Field(ge=2, le=64)]
    lanes: Annotated[int, Field(ge=1, le=4)]


class PinPeppers(Message):
    """The keys under which PINs are hashed, by name; an active terminal alone is told them."""

    peppers: dict[PepperName, Hex32] = Field(repr=False)


def pin_key(lookup_key: bytes, member: str) -> str:
    """The directory key of a member's PIN: HMAC-SHA-256 under the chain's lookup key, 128 bits."""
    return hmac.new(lookup_key, b"pin:" + member.encode(), hashlib.sha256).hexdigest()[:32]
