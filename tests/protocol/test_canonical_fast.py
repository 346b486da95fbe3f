"""The fast reader of canonical bytes takes only what the plain one takes, with the same value."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol import canonical
from protocol.canonical import MAX_BYTES, CanonicalError, decode, encode
from tests.protocol.test_ordered import VALUES

SETTINGS = settings(max_examples=1500, deadline=None, derandomize=True, database=None)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


def plain(data: bytes) -> Any:
    """What the plain reader says: the value, or CanonicalError itself where it refuses."""
    try:
        return canonical._read(data, MAX_BYTES)
    except CanonicalError:
        return CanonicalError


def same(data: bytes) -> None:
    found, value = canonical._read_fast(data, MAX_BYTES)
    if found:
        assert repr(value) == repr(plain(data))
    try:
        assert repr(decode(data)) == repr(plain(data))
    except CanonicalError:
        assert plain(data) is CanonicalError


@given(VALUES)
@SETTINGS
def test_canonical_bytes_go_the_fast_way(value: Any) -> None:
    data = encode(value)
    assert canonical._read_fast(data, MAX_BYTES) == (True, json.loads(data))
    same(data)


@given(ANY_JSON, st.booleans(), st.booleans(), st.sampled_from([None, 1]))
@SETTINGS
def test_any_json_is_judged_alike(value: Any, ascii_only: bool, sort: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, sort_keys=sort, indent=indent, separators=(",", ":"))
    same(text.encode("utf-8", "surrogatepass"))


@given(VALUES, st.integers(0, 200), st.integers(0, 255), st.booleans())
@SETTINGS
def test_one_wrong_byte_is_judged_alike(value: Any, at: int, byte: int, inserted: bool) -> None:
    data = bytearray(encode(value))
    at %= len(data)
    data[at : at + (not inserted)] = bytes([byte])
    same(bytes(data))


@pytest.mark.parametrize(
    "data",
    [
        b"9223372036854775808",
        b"18446744073709551616",
        b"-9223372036854775809",
        b"1.0",
        b"-0",
        b"1e400",
        b'{"a":1,"a":1}',
        b'"\\ud800"',
        b'"\xed\xa0\x80"',
        b'"\\u007f"',
        '"\x7f\u2028"'.encode(),
        b"[" * 66 + b"]" * 66,
    ],
)
def test_corners_are_judged_alike(data: bytes) -> None:
    same(data)
