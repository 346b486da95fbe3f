"""What a reader types, as a UID."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.card_reader.typed_uid import TypedUid, technology

BACKWARDS = TypedUid(order="reversed")
DECIMAL = TypedUid("decimal", 4)


@pytest.mark.parametrize(
    ("reader", "text", "uid"),
    [
        (TypedUid(), "11223344", "11223344"),
        (TypedUid(), "04a1b2c3d4e5f6", "04A1B2C3D4E5F6"),
        (TypedUid(), "11:22:33:44", "11223344"),
        (TypedUid(), "11-22 33-44", "11223344"),
        (BACKWARDS, "44332211", "11223344"),
        (TypedUid(uid_bytes=7), "04A1B2C3D4E5F6", "04A1B2C3D4E5F6"),
        (TypedUid(uid_bytes=5), "0102030405", "0102030405"),
        (TypedUid(prefix=";"), ";11223344", "11223344"),
        (DECIMAL, "0287454020", "11223344"),
        (DECIMAL, "287454020", "11223344"),
        (DECIMAL, "0000000000", "00000000"),
        (DECIMAL, "4294967295", "FFFFFFFF"),
        (TypedUid("decimal", 4, "reversed"), "1144201745", "11223344"),
        (TypedUid("decimal", 10), "1208925819614629174706175", "FFFFFFFFFFFFFFFFFFFF"),
    ],
)
def test_numbers(reader: TypedUid, text: str, uid: str) -> None:
    assert reader.read(text) == bytes.fromhex(uid)


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (TypedUid(), ""),
        (TypedUid(), "112233"),
        (TypedUid(), "1122334"),
        (TypedUid(), "11" * 11),
        (TypedUid(), "1122334G"),
        (TypedUid(), "11 : 22 33 44"),
        (TypedUid(), "1:12:23:34:4"),
        (TypedUid(), "１１２２３３４４"),
        (TypedUid(), "%B4111111111111111^ADA^2512?"),
        (TypedUid(), ";11223344"),
        (TypedUid(uid_bytes=7), "11223344"),
        (TypedUid(prefix=";"), "11223344"),
        (DECIMAL, "4294967296"),
        (DECIMAL, "00287454020"),
        (DECIMAL, "28745402x"),
        (DECIMAL, "-1"),
        (DECIMAL, "٤٢"),
        (DECIMAL, ""),
    ],
)
def test_what_is_no_number_of_a_card(reader: TypedUid, text: str) -> None:
    assert reader.read(text) is None


@settings(derandomize=True, max_examples=200)
@given(st.binary(min_size=4, max_size=10))
def test_every_uid_comes_back(uid: bytes) -> None:
    assert TypedUid().read(uid.hex()) == uid
    assert BACKWARDS.read(uid[::-1].hex()) == uid
    assert TypedUid("decimal", len(uid)).read(str(int.from_bytes(uid, "big"))) == uid


@pytest.mark.parametrize(
    ("uid", "low_frequency", "kind"),
    [("08112233", False, "random_uid"), ("08112233", True, "uid"), ("11223344", False, "uid")],
)
def test_random_numbers(uid: str, low_frequency: bool, kind: str) -> None:
    assert technology(bytes.fromhex(uid), low_frequency) == kind
