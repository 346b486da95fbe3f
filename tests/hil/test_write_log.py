"""The log of a disk's writes: what stands in it, and what is none."""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil_tests.bench.disk import SECTOR, Entry, Flush, Write
from hil_tests.bench.write_log import (
    AT_ONCE,
    DISCARDED,
    ENTRY,
    FLUSHED,
    HEAD,
    MAGIC,
    VERSION,
    BadLog,
    entries,
    read,
)

A = b"a" * 2 * SECTOR


def head(count: int, magic: int = MAGIC) -> bytes:
    return HEAD.pack(magic, VERSION, count, SECTOR).ljust(SECTOR, b"\0")


def entry(first: int, count: int, flags: int, data: bytes = b"") -> bytes:
    return ENTRY.pack(first, count, flags, 0).ljust(SECTOR, b"\0") + data


def all_of(log: bytes) -> list[Entry]:
    return list(chain.from_iterable(read(log)))


def test_writes_and_flushes_come_in_their_order() -> None:
    log = (
        head(4) + entry(3, 2, 0, A) + entry(0, 0, FLUSHED) + entry(1, 1, DISCARDED) + entry(0, 2, FLUSHED | AT_ONCE, A)
    )
    assert all_of(log) == [
        Write(3 * SECTOR, A),
        Flush(),
        Write(SECTOR, bytes(SECTOR)),
        Flush(),
        Write(0, A),
    ]


def test_what_the_head_does_not_count_has_not_happened() -> None:
    assert all_of(head(0) + entry(3, 2, 0, A)) == []


@pytest.mark.parametrize(
    "log",
    [
        b"",
        head(1),
        head(1, magic=1) + entry(0, 0, FLUSHED),
        head(1) + entry(0, 2, 0, A[:-1]),
        head(1) + entry(0, 2**60, DISCARDED),
        head(2**63),
    ],
)
def test_what_is_no_log_is_refused(log: bytes) -> None:
    with pytest.raises(BadLog):
        all_of(log)


@given(st.integers(0, 2**64 - 1), st.binary(max_size=4 * SECTOR))
def test_rubbish_is_refused_or_read_within_its_bounds(count: int, rubbish: bytes) -> None:
    try:
        read_back = all_of(HEAD.pack(MAGIC, VERSION, count, SECTOR).ljust(SECTOR, b"\0") + rubbish)
    except BadLog:
        return
    assert len(read_back) <= 2 * entries(head(count))
