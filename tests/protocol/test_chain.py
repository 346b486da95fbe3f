"""The hash chain: a changed, lost, moved or foreign operation breaks it."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.chain import extend, genesis, link

OPERATIONS = [b"one", b"two", b"three"]


def test_the_definition() -> None:
    first = hashlib.sha256(b"op0" + b"s01-1" + b"\x00\x00\x00\x02").digest()
    assert genesis("s01-1", 2) == first
    assert link(first, b"one") == hashlib.sha256(b"op1" + first + b"one").digest()


@pytest.mark.parametrize(("device", "epoch"), [("s01-2", 1), ("s01-1", 2)])
def test_each_device_and_epoch_begins_elsewhere(device: str, epoch: int) -> None:
    assert genesis(device, epoch) != genesis("s01-1", 1)


@pytest.mark.parametrize(
    "other",
    [
        [b"one", b"two"],
        [b"two", b"one", b"three"],
        [b"one", b"twO", b"three"],
        [b"one", b"two", b"three", b""],
        [b"onetwo", b"three"],
    ],
)
def test_every_change_changes_the_end(other: list[bytes]) -> None:
    start = genesis("s01-1", 1)
    assert extend(start, other) != extend(start, OPERATIONS)


@settings(derandomize=True)
@given(st.lists(st.binary(max_size=8), max_size=8), st.integers(0, 8))
def test_a_chain_can_be_continued_anywhere(operations: list[bytes], at: int) -> None:
    start = genesis("s01-1", 1)
    assert extend(extend(start, operations[:at]), operations[at:]) == extend(start, operations)
