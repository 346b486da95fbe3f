"""Batches: whole, signed by the device, and exactly what the header says, or refused."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol import canonical, chain
from protocol.batch import MAX_BATCH_BYTES, MAX_OPERATIONS, Batch, BatchError, BatchHeader, fingerprint
from protocol.signing import SignatureError, public_hex
from tests.protocol.examples import DEVICE_KEY, HQ_KEY, batch, sale_operation

START = chain.genesis("s01-1", 1)


def with_header(good: Batch, **changes: object) -> bytes:
    header = canonical.encode(good.header.model_dump() | changes)
    return b"".join(struct.pack(">I", len(part)) + part for part in (header, *good.operations))


def test_what_was_encoded_comes_back() -> None:
    again = Batch.decode(batch().encode())
    assert again == batch()
    assert chain.extend(START, again.operations).hex() == again.header.last_hash


def test_cut_at_every_byte_it_is_refused() -> None:
    data = batch().encode()
    for length in range(len(data)):
        with pytest.raises(BatchError):
            Batch.decode(data[:length])


@pytest.mark.parametrize("more", [b"\x00", b"\x00\x00\x00\x05abc", b"\x00\x00\x00\x00", b"\xff\xff\xff\xff"])
def test_more_than_the_header_says_is_refused(more: bytes) -> None:
    with pytest.raises(BatchError):
        Batch.decode(batch().encode() + more)


@pytest.mark.parametrize("change", [{"last": 2}, {"last": 4}, {"first": 2}, {"first": 0}, {"epoch": 0}, {"more": 1}])
def test_a_wrong_count_or_shape_of_header_is_refused(change: dict[str, int]) -> None:
    with pytest.raises(BatchError):
        Batch.decode(with_header(batch(), **change))


def test_a_batch_without_operations_is_refused() -> None:
    with pytest.raises(BatchError):
        Batch.decode(with_header(Batch(batch().header, ())))
    with pytest.raises(BatchError, match="empty"):
        Batch.decode(b"")


def test_the_size_is_bounded() -> None:
    with pytest.raises(BatchError, match="at most"):
        Batch.decode(b"\x00" * (2 * MAX_BATCH_BYTES + 1))
    many = [b"1"] * (MAX_OPERATIONS + 1)
    with pytest.raises(BatchError, match="carries 501"):
        Batch.decode(Batch.sign(DEVICE_KEY, "s01-1", 1, 1, START, many).encode())
    Batch.decode(Batch.sign(DEVICE_KEY, "s01-1", 1, 1, START, many[1:]).encode())


def test_the_device_signed_it() -> None:
    batch().verify(public_hex(DEVICE_KEY))
    with pytest.raises(SignatureError):
        batch().verify(public_hex(HQ_KEY))


@pytest.mark.parametrize(
    "change",
    [{"device": "s01-2"}, {"epoch": 2}, {"first": 2, "last": 4}, {"last_hash": "0" * 64}, {"signature": "0" * 128}],
)
def test_no_field_of_the_header_can_be_changed(change: dict[str, object]) -> None:
    changed = Batch.decode(with_header(batch(), **change))
    with pytest.raises(SignatureError):
        changed.verify(public_hex(DEVICE_KEY))


def test_a_changed_operation_no_longer_leads_to_the_signed_end() -> None:
    good = batch()
    operations = (good.operations[0], sale_operation(2, member="m2").encode(), good.operations[2])
    changed = Batch.decode(Batch(good.header, operations).encode())
    changed.verify(public_hex(DEVICE_KEY))
    assert chain.extend(START, changed.operations).hex() != changed.header.last_hash


@settings(derandomize=True, max_examples=200)
@given(st.binary(max_size=80))
def test_noise_is_refused(data: bytes) -> None:
    with pytest.raises(BatchError):
        Batch.decode(data)


@settings(derandomize=True, max_examples=30)
@given(st.lists(st.binary(max_size=40), min_size=1, max_size=12), st.integers(1, 10**6))
def test_any_bytes_travel_as_operations(operations: list[bytes], first: int) -> None:
    signed = Batch.sign(DEVICE_KEY, "s01-1", 1, first, START, operations)
    again = Batch.decode(signed.encode())
    again.verify(public_hex(DEVICE_KEY))
    assert list(again.operations) == operations
    assert again.header.last == first + len(operations) - 1


def test_a_fingerprint_is_short_and_differs() -> None:
    assert len(fingerprint(b"a")) == 12
    assert fingerprint(b"a") != fingerprint(b"b")


def test_a_header_names_no_more_than_it_knows() -> None:
    assert set(BatchHeader.model_fields) == {"device", "epoch", "first", "last", "last_hash", "signature"}
