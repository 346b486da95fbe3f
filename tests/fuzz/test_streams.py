"""Streams, events, codes and conversations: nothing raises, nothing grows, and the next thing is still read."""

from __future__ import annotations

import tracemalloc

import pytest

from drivers.scanner.code import Code
from tests.fuzz.long import bounded, inputs_of, run
from tests.fuzz.readers import Reader
from tests.fuzz.stream_readers import _next_code
from tests.fuzz.trial import give, never_refusing, tries_of

pytestmark = pytest.mark.usefixtures("ends")
MEMORY_MAX = 4 * 1024 * 1024
READERS = never_refusing()
NAMES = [reader.name for reader in READERS]
HOSTILE = {
    "zeros": bytes(20_000),
    "ones": b"\xff" * 20_000,
    "digits": b"9" * 20_000,
    "every byte": bytes(range(256)) * 80,
}


@pytest.mark.parametrize("reader", READERS, ids=NAMES)
def test_what_was_bent_does_no_harm(reader: Reader) -> None:
    for example in reader.examples:
        give(reader, example)
    with bounded():
        tally = run(reader, inputs_of(reader, tries_of(reader), ""))
    assert tally.failures == []
    assert tally.inputs == tries_of(reader)


@pytest.mark.parametrize("reader", READERS, ids=NAMES)
def test_what_is_meant_to_exhaust_stays_small(reader: Reader) -> None:
    tracemalloc.start()
    try:
        for attack in HOSTILE.values():
            give(reader, attack)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MEMORY_MAX


def test_a_parser_that_loses_the_next_code_is_caught() -> None:
    """The control."""
    with pytest.raises(AssertionError):
        _next_code(lambda _: [Code("690123456789")], b"", "")
