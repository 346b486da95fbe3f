"""Messages about PINs: keys that name nobody, hashes and peppers that show in no text, bounded reports."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from protocol.directory import card_key, number_key, ref_key
from protocol.feed import FeedRow, RowKind
from protocol.pins import MOST_GUESSES, PinPeppers, PinReport, PinRow, PinRules, pin_key
from tests.protocol.pin_examples import HASH, pin_examples

KEY = bytes(range(32))


def test_the_key_of_a_pin_depends_on_member_and_chain_and_is_no_other_key() -> None:
    key = pin_key(KEY, "12345678")
    assert len(key) == 32
    assert key not in {pin_key(KEY, "12345679"), pin_key(bytes(32), "12345678")}
    assert key not in {card_key(KEY, "12345678"), number_key(KEY, "12345678"), ref_key(KEY, b"12345678")}


def test_neither_hash_nor_pepper_shows() -> None:
    found = pin_examples()
    assert HASH not in repr(found["pin_row"])
    assert "5e5e" not in repr(found["pin_peppers"])
    assert "pepper-1" in repr(found["configuration_with_pins"])


@pytest.mark.parametrize(
    ("model", "name", "change"),
    [
        (PinRow, "pin_row", {"version": 0}),
        (PinRow, "pin_row", {"hash": "x" * 201}),
        (PinRow, "pin_row", {"wrong": {"s01-1:1": -1}}),
        (PinPeppers, "pin_peppers", {"peppers": {"../pepper": "5e" * 32}}),
        (PinPeppers, "pin_peppers", {"peppers": {"pepper-1": "5e"}}),
        (PinRow, "pin_row", {"member": "m1"}),
    ],
)
def test_other_shapes_are_refused(model: type[PinRow], name: str, change: dict[str, Any]) -> None:
    raw = pin_examples()[name].model_dump(mode="json")
    assert model.model_validate(raw).model_dump(mode="json") == raw
    with pytest.raises(ValidationError):
        model.model_validate(raw | change)


def test_a_report_is_bounded_and_fits_a_message() -> None:
    (one,) = pin_examples()["pin_report"].model_dump(mode="json")["guesses"]
    most = PinReport.model_validate({"guesses": [one] * MOST_GUESSES})
    assert len(most.model_dump_json()) <= 8 * 1024
    with pytest.raises(ValidationError):
        PinReport.model_validate({"guesses": [one] * (MOST_GUESSES + 1)})


def test_no_hash_is_cheaper_than_the_floor() -> None:
    with pytest.raises(ValidationError):
        PinRules(peppers=("pepper-1",), memory_kib=1024, passes=2, lanes=1)


def test_a_row_of_the_feed_may_be_a_pin() -> None:
    row = FeedRow.model_validate({"cseq": 1, "kind": "pin", "key": pin_key(KEY, "m1"), "body": None})
    assert row.kind is RowKind.PIN
