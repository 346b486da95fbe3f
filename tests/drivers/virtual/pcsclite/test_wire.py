"""Calls of libpcsclite out of a stream of bytes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.virtual.pcsclite import wire
from drivers.virtual.pcsclite.wire import Ask, BadCall, Call, Calls

APDU = bytes.fromhex("FFCA000000")
TRANSMIT = wire.TRANSMIT.pack(1, 2, 16, len(APDU), 2, 16, 264, 0)


def frame(ask: int, body: bytes, following: bytes = b"") -> bytes:
    return wire.HEADER.pack(len(body), ask) + body + following


CALLS = [
    Call(Ask.VERSION, wire.VERSION.pack(4, 4, 0), b""),
    Call(Ask.WAIT, b"", b""),
    Call(Ask.TRANSMIT, TRANSMIT, APDU),
    Call(Ask.READERS, b"", b""),
]
STREAM = b"".join(frame(call.ask, call.body, call.following) for call in CALLS)


@settings(max_examples=60, derandomize=True, database=None, deadline=None)
@given(st.lists(st.integers(0, len(STREAM)), max_size=6))
def test_calls_come_out_whole_however_they_are_cut(cuts: list[int]) -> None:
    edges, calls = [0, *sorted(cuts), len(STREAM)], Calls()
    assert [call for a, b in itertools.pairwise(edges) for call in calls.feed(STREAM[a:b])] == CALLS


@pytest.mark.parametrize(
    "data",
    [
        frame(0x99, b""),
        wire.HEADER.pack(1 << 31, Ask.WAIT),
        frame(Ask.TRANSMIT, TRANSMIT[:-1]),
        frame(Ask.TRANSMIT, wire.TRANSMIT.pack(1, 2, 16, 1 << 30, 2, 16, 264, 0)),
    ],
)
def test_what_is_no_call_is_refused_before_it_is_read(data: bytes) -> None:
    with pytest.raises(BadCall):
        Calls().feed(data)


def test_the_state_of_a_reader_is_as_long_as_the_library_has_it() -> None:
    """As pcsc-lite's header lays it out on this machine: name, three numbers, ATR of 33 padded, two numbers."""
    assert wire.STATE.size == 128 + 3 * 4 + 36 + 2 * 4


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=5))
def test_any_bytes_are_calls_or_refused(chunks: list[bytes]) -> None:
    calls = Calls()
    try:
        for chunk in chunks:
            for call in calls.feed(chunk):
                assert isinstance(call, Call)
    except BadCall:
        assert any(chunks)
