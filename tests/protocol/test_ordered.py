"""An operation's bytes are canonical JSON: the fast way to them gives the bytes of the plain one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol import canonical
from protocol.canonical import CanonicalError, Ordered, encode, encode_ordered, ordered
from tests.protocol.examples import sale_operation

SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=12)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)
OBJECTS = st.dictionaries(st.text(max_size=6), VALUES, max_size=5)
SETTINGS = settings(max_examples=300, deadline=None, derandomize=True, database=None)


@given(OBJECTS)
@SETTINGS
def test_the_fast_bytes_are_the_plain_bytes(value: dict[str, Any]) -> None:
    assert isinstance(ordered(value), Ordered)
    assert encode_ordered(ordered(value)) == encode(value)


@given(OBJECTS)
@SETTINGS
def test_an_operation_encodes_the_same_both_ways(detail: dict[str, Any]) -> None:
    operation = sale_operation(detail=detail)
    assert operation.encode() == encode(operation.model_dump(mode="json"))
    assert type(operation).decode(operation.encode()) == operation


def test_every_escape_is_the_same() -> None:
    text = "".join(map(chr, [*range(0x300), 0x2028, 0x2029, 0xFEFF, 0xFFFF, 0x1F600])) + '会员\\"/'
    assert encode_ordered(ordered({"t": text})) == encode({"t": text})


@pytest.mark.parametrize("wrong", [1.5, 2**63, {1: 2}, b"x", "\ud800", float("nan")])
def test_what_canonical_json_does_not_allow_is_still_refused(wrong: object) -> None:
    with pytest.raises(CanonicalError):
        sale_operation(detail={"x": [wrong]}).encode()


def test_too_many_bytes_are_still_refused() -> None:
    with pytest.raises(CanonicalError, match="at most"):
        sale_operation(detail={"x": "y" * canonical.MAX_BYTES}).encode()


def test_whoever_made_the_detail_cannot_change_it_afterwards() -> None:
    mine = {"lines": [{"net": 5}]}
    operation = sale_operation(detail=mine)
    before = operation.encode()
    mine["lines"][0]["net"] = 6
    assert operation.encode() == before


def test_another_detail_put_in_by_copying_is_encoded_too() -> None:
    operation = sale_operation(detail={"a": 1}).model_copy(update={"detail": {"z": 1, "a": 2}})
    assert b'"detail":{"a":2,"z":1}' in operation.encode()
