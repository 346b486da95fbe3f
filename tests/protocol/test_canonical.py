"""Canonical JSON: one value has one spelling, and everything else is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.canonical import MAX_BYTES, MAX_DEPTH, CanonicalError, decode, encode

INTEGERS = st.integers(min_value=-(2**63), max_value=2**63 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | INTEGERS | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=("Cs",))), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(derandomize=True)
@given(VALUES)
def test_what_was_encoded_comes_back(value: object) -> None:
    data = encode(value)
    assert decode(data) == value
    assert encode(decode(data)) == data


@settings(derandomize=True)
@given(st.dictionaries(st.text("abc", max_size=3), INTEGERS, min_size=2, max_size=5))
def test_the_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    assert encode(dict(reversed(value.items()))) == encode(value)


@settings(derandomize=True)
@given(st.binary(max_size=60))
def test_bytes_are_canonical_or_refused(data: bytes) -> None:
    try:
        value = decode(data)
    except CanonicalError:
        return
    assert encode(value) == data


def test_keys_are_sorted_and_text_is_utf8() -> None:
    assert encode({"b": [1, True, None], "a": "金卡"}) == '{"a":"金卡","b":[1,true,null]}'.encode()


@pytest.mark.parametrize("value", [1.0, {"a": [0.5]}, float("nan"), {1: 2}, {"a": {2: 3}}, b"x", {"a": {1}}])
def test_what_json_or_exactness_does_not_know_is_refused(value: object) -> None:
    with pytest.raises(CanonicalError):
        encode(value)


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, {"a": [10**30]}])
def test_an_integer_beyond_64_bits_is_refused_with_its_place(value: object) -> None:
    with pytest.raises(CanonicalError, match="64 bits"):
        encode(value)


def test_the_ends_of_64_bits_pass() -> None:
    assert decode(encode([2**63 - 1, -(2**63)])) == [2**63 - 1, -(2**63)]


def test_true_is_not_one() -> None:
    assert encode(True) != encode(1)


def test_a_lone_surrogate_is_refused_on_both_ways() -> None:
    with pytest.raises(CanonicalError, match="surrogate"):
        encode("\ud800")
    with pytest.raises(CanonicalError, match="surrogate"):
        decode(b'"\\ud800"')


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b"1.0",
        b"1e2",
        b"-0",
        b"01",
        b'"\\u0041"',
        b"NaN",
        b"\xef\xbb\xbf1",
        b"1\n",
        b"",
        b"{",
        b'"\xff"',
        b'"\x01"',
    ],
)
def test_another_spelling_is_refused(data: bytes) -> None:
    with pytest.raises(CanonicalError):
        decode(data)


def test_deep_nesting_is_refused_and_does_not_end_the_process() -> None:
    with pytest.raises(CanonicalError):
        decode(b"[" * 30_000 + b"]" * 30_000)


def test_the_depth_is_the_same_everywhere() -> None:
    value: object = 1
    for _ in range(MAX_DEPTH):
        value = [value]
    assert decode(encode(value)) == value
    with pytest.raises(CanonicalError, match="nested too deep"):
        encode([value])
    with pytest.raises(CanonicalError, match="nested too deep"):
        decode(b"[" + encode(value) + b"]")


def test_the_limit_is_exact() -> None:
    assert len(encode("x" * (MAX_BYTES - 2))) == MAX_BYTES
    with pytest.raises(CanonicalError, match="at most"):
        encode("x" * (MAX_BYTES - 1))
    with pytest.raises(CanonicalError, match="at most"):
        decode(b" " * (MAX_BYTES + 1))


def test_plain_json_would_let_doubled_keys_through() -> None:
    """The control: the reader underneath takes what canonical JSON refuses."""
    assert json.loads(b'{"a":1,"a":2}') == {"a": 2}
