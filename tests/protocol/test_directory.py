"""Directory rows: a card's key does not show its UID, and rows of another shape are refused."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from protocol.directory import CardProof, CardRow, MemberRow, ProductRow, StoreRow, card_key, member_ref, ref_key
from tests.protocol.examples import member_row

KEY = bytes(range(32))


def test_a_card_key_depends_on_the_uid_and_the_chain_alone() -> None:
    assert card_key(KEY, "04a1b2c3d4e5f6") == card_key(KEY, "04A1B2C3D4E5F6")
    assert card_key(KEY, "04A1B2C3D4E5F6") != card_key(KEY, "04A1B2C3D4E5F7")
    assert card_key(KEY, "04A1B2C3D4E5F6") != card_key(bytes(32), "04A1B2C3D4E5F6")
    assert "04a1b2" not in card_key(KEY, "04A1B2C3D4E5F6")
    assert len(card_key(KEY, "04")) == 32


def test_a_uid_that_is_not_hex_is_refused() -> None:
    with pytest.raises(ValueError, match="fromhex"):
        card_key(KEY, "card!")


@pytest.mark.parametrize(
    "change", [{"state": "gone"}, {"debt": -1}, {"birthday": "17 May"}, {"id": ""}, {"phone": "13800001234"}]
)
def test_a_member_of_another_shape_is_refused(change: dict[str, Any]) -> None:
    raw = member_row().model_dump(mode="json")
    assert MemberRow.model_validate(raw) == member_row()
    with pytest.raises(ValidationError):
        MemberRow.model_validate(raw | change)


@pytest.mark.parametrize("gtin", ["123", "69012345678920000", "690123456789x"])
def test_a_gtin_has_8_or_12_to_14_digits(gtin: str) -> None:
    with pytest.raises(ValidationError):
        ProductRow(gtin=gtin, name={}, price=1, category="food")


@pytest.mark.parametrize("cutoff", [-1, 13])
def test_a_cutoff_is_within_the_night(cutoff: int) -> None:
    with pytest.raises(ValidationError):
        StoreRow(id="s", name={}, region="r", zone="Asia/Shanghai", cutoff_hours=cutoff)


def test_a_member_reference_is_a_card_like_any_other() -> None:
    ref = member_ref(KEY, "m1")
    assert len(ref) == 8
    assert ref != member_ref(KEY, "m1", 1) != member_ref(KEY, "m2", 1)
    assert ref_key(KEY, ref) not in {card_key(KEY, ref.hex()), ref_key(bytes(32), ref)}
    assert member_ref(KEY, "m11", 1) != member_ref(KEY, "m1", 11)


def test_a_card_without_a_key_is_written_as_ever() -> None:
    row = CardRow.model_validate({"member": "m1", "state": "active"})
    assert row.proof is None
    assert row.model_dump(mode="json") == {"member": "m1", "state": "active"}


@pytest.mark.parametrize(
    "change",
    [
        {"technology": "Classic"},
        {"technology": ""},
        {"technology": "a" * 33},
        {"key_no": 14},
        {"application": "4950"},
        {"version": 0},
        {"version": 255},
        {"key": ""},
    ],
)
def test_a_key_that_no_card_is_issued_with_is_refused(change: dict[str, Any]) -> None:
    raw = {"technology": "desfire_ev1", "key_no": 1, "application": "495053", "version": 1}
    assert CardProof.model_validate(raw).version == 1
    with pytest.raises(ValidationError):
        CardProof.model_validate(raw | change)


def test_a_card_may_be_of_a_plugins_kind() -> None:
    raw = {"technology": "fm1208", "key_no": 0, "version": 1}
    assert CardProof.model_validate(raw).model_dump() == raw | {"application": None}
    assert CardProof.model_validate(raw | {"technology": "a" * 32}).technology == "a" * 32
