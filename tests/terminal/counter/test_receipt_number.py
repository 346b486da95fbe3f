"""The number on a receipt finds its operation again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.operation import OperationKey
from terminal.counter.receipt_number import number_of, read_number, receipt_number

KEYS = st.builds(
    OperationKey,
    device=st.from_regex(r"[A-Za-z0-9._:-]{1,64}", fullmatch=True),
    epoch=st.integers(1, 10**9 - 1),
    seq=st.integers(1, 10**18 - 1),
)


@settings(derandomize=True)
@given(KEYS)
def test_it_is_read_back(key: OperationKey) -> None:
    assert read_number(number_of(key)) == key
    assert read_number(f" {key.name}\n") == key


def test_what_it_looks_like() -> None:
    assert receipt_number("s01-1", 1, 123) == "s01-1-1-000123"


@pytest.mark.parametrize(
    "text", ["", "s01", "s01-1", "s01-1-0-1", "s01-1-1-0", "s01-1-1-x", "a b-1-1", "-1-1", "1" * 300]
)
def test_anything_else_is_none(text: str) -> None:
    assert read_number(text) is None
