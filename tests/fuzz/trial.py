"""One input for one reader, and all the readers that there are."""

from __future__ import annotations

from tests.fuzz.card_readers import card_readers
from tests.fuzz.proof_readers import proof_readers
from tests.fuzz.readers import Reader, readers
from tests.fuzz.stream_readers import stream_readers
from tests.fuzz.talks import talk_readers
from tests.fuzz.typed_readers import typed_readers


def all_readers() -> list[Reader]:
    """Those that refuse what is wrong, and then those that go on through anything."""
    return [*readers(), *card_readers(), *proof_readers(), *never_refusing()]


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
