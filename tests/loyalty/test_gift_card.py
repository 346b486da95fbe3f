"""The programme's policy for gift cards."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty import ProgrammeError
from loyalty.gift_card import GiftCards
from tests.loyalty.material import programme


def test_every_key_has_a_default_and_without_the_key_none_are_sold() -> None:
    assert programme(format=2, gift_cards={}).gift_cards == GiftCards(1, 100_000, None)
    assert programme().gift_cards is None


def test_all_keys_are_read() -> None:
    keys = {"least": 5_000, "limit": 50_000, "lifetime_months": 36}
    assert programme(format=2, gift_cards=keys).gift_cards == GiftCards(5_000, 50_000, 36)


@pytest.mark.parametrize(
    ("keys", "path"),
    [({"least": 10, "limit": 9}, "limit"), ({"lifetime_months": 0}, "lifetime_months"), ({"months": 1}, "months")],
)
def test_what_is_wrong_is_named_with_its_path(keys: dict[str, Any], path: str) -> None:
    with pytest.raises(ProgrammeError) as caught:
        programme(format=2, gift_cards=keys)
    assert [fault.path for fault in caught.value.faults] == [f"gift_cards.{path}"]
