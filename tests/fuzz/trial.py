"""One input for one reader, all the readers that there are, and how much each is given by ./test."""

from __future__ import annotations

import os

from tests.fuzz.card_readers import card_readers
from tests.fuzz.proof_readers import proof_readers
from tests.fuzz.readers import Reader, readers
from tests.fuzz.stream_readers import stream_readers
from tests.fuzz.talks import talk_readers
from tests.fuzz.typed_readers import typed_readers

TRIES = int(os.environ.get("STILLPOINT_FUZZ_TRIES", "600"))
OUTSIDE_TRIES = TRIES * 10 // 3  # of what comes out of cables, cards and scanners


def all_readers() -> list[Reader]:
    """Those that refuse what is wrong, and then those that go on through anything."""
    return [*readers(), *outside_readers()]


def outside_readers() -> list[Reader]:
    """Those of what a card, a scanner, a keypad or a person brings: all that is not one of our own messages."""
    return [*card_readers(), *proof_readers(), *never_refusing()]


def tries_of(reader: Reader) -> int:
    """How many bent examples a reader is given by ./test."""
    return OUTSIDE_TRIES if reader.name in {each.name for each in outside_readers()} else TRIES


def never_refusing() -> list[Reader]:
    """Readers of streams, events, codes and conversations: what they are given may always mean something."""
    return [*stream_readers(), *typed_readers(), *talk_readers()]


def give(reader: Reader, data: bytes) -> bool:
    """Whether it was a value. Any error but the reader's own is a failure."""
    try:
        value = reader.read(data)
    except reader.errors:
        return False
    if reader.write is not None:
        again = reader.write(value)
        assert again == data or not reader.exact
        assert reader.write(reader.read(again)) == again
    return True
