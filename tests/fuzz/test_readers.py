"""Each reader gives a value or its own error, whatever it is given, and what it gives can be written and read again."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.card_readers import card_readers
from tests.fuzz.long import bounded, inputs_of, run
from tests.fuzz.mutate import tries
from tests.fuzz.proof_readers import proof_readers
from tests.fuzz.readers import Reader, readers
from tests.fuzz.trial import TRIES, give, tries_of

pytestmark = pytest.mark.usefixtures("ends")
MEMORY_MAX = 64 * 1024 * 1024
READERS = [*readers(), *card_readers(), *proof_readers()]
NAMES = [reader.name for reader in READERS]
LIMITS = settings(max_examples=max(50, TRIES // 10), derandomize=True, database=None, deadline=None)


@pytest.mark.parametrize("reader", READERS, ids=NAMES)
def test_what_was_bent_is_read_or_refused(reader: Reader) -> None:
    assert all(give(reader, example) for example in reader.examples), "the examples are good"
    with bounded():
        tally = run(reader, inputs_of(reader, tries_of(reader), ""))
    assert tally.failures == []
    assert tally.inputs == tries_of(reader)
    assert tally.refused > tally.inputs // 10, "what was bent hardly mattered"


@pytest.mark.parametrize("reader", READERS, ids=NAMES)
def test_any_bytes_are_read_or_refused(reader: Reader) -> None:
    @LIMITS
    @given(st.one_of(st.binary(max_size=300), st.text(max_size=100).map(str.encode)))
    def check(data: bytes) -> None:
        give(reader, data)

    check()


HOSTILE = {
    "deep lists": b"[" * 60_000,
    "deep objects": b'{"a":' * 12_000,
    "a long number": b"9" * 60_000,
    "a length of 4 GiB": b"\xff\xff\xff\xff" + b"{}",
    "many empty operations": b"\0\0\0\0" * 100_000,
    "many keys": b"{" + b",".join(b'"%d":1' % n for n in range(60_000)) + b"}",
    "escapes": b'"' + b"\\ud800" * 10_000 + b'"',
    "a mebibyte": b"{" + b" " * 1024 * 1024 + b"}",
}


@pytest.mark.parametrize("reader", READERS, ids=NAMES)
@pytest.mark.parametrize("attack", HOSTILE)
def test_what_is_meant_to_exhaust_stays_small(reader: Reader, attack: str) -> None:
    tracemalloc.start()
    try:
        give(reader, HOSTILE[attack])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MEMORY_MAX


def careless(data: bytes) -> object:
    return json.loads(data)["a"]


def test_a_reader_that_lets_another_error_through_is_caught() -> None:
    """The control: a reader that forgets that an object may be a list."""
    reader = Reader("careless", (b'{"a":1}',), careless, (ValueError,))
    with pytest.raises((KeyError, TypeError)):
        [give(reader, data) for data in tries(reader.examples[0], 200, "careless")]


def test_a_writer_that_changes_the_bytes_is_caught() -> None:
    """The control: a reader that takes another spelling for the same."""
    loose = Reader("loose", (b"[1]",), json.loads, (ValueError,), lambda value: json.dumps(value).encode(), exact=True)
    with pytest.raises(AssertionError):
        give(loose, b"[ 1]")
