"""The deny list is obeyed at once, whatever else is known of a card or a member, and until it is lifted."""

from __future__ import annotations

import pytest

from protocol.control import DENY
from protocol.directory import card_key
from protocol.feed import Bucket, RowKind
from protocol.signing import Signed
from terminal.counter.by_card import by_card
from terminal.counter.phrase import Refusal
from tests.terminal.shops import ADA, DEVICE, LOOKUP, TRUST, TestShop


def deny(test: TestShop, version: int, **denied: list[str]) -> None:
    body = Signed.make(DENY, {"version": version, **denied}, TRUST).model_dump()
    test.tell(Bucket.CONFIG, (RowKind.DENY, "current", body))


def code_of(test: TestShop, uid: str) -> str:
    try:
        by_card(test.shop, uid)
    except Refusal as refusal:
        return refusal.phrase.code
    return ""


def test_a_denied_card_and_a_denied_member_are_refused_until_that_is_lifted(test: TestShop) -> None:
    uid = ADA
    assert code_of(test, uid) == ""
    deny(test, 1, cards=[card_key(bytes.fromhex(LOOKUP), uid)])
    assert code_of(test, uid) == "card_blocked"
    deny(test, 2, members=["m1"])
    assert code_of(test, uid) == "member_blocked"
    with pytest.raises(Refusal, match="member_blocked"):
        test.shop.member("m1")
    deny(test, 3)
    assert code_of(test, uid) == ""


def test_a_card_that_the_directory_does_not_know_yet_is_refused_as_denied(test: TestShop) -> None:
    key = card_key(bytes.fromhex(LOOKUP), "04FFFFFFFFFFFF")
    deny(test, 1, cards=[key])
    assert code_of(test, "04FFFFFFFFFFFF") == "card_blocked"


def test_a_terminal_that_is_denied_itself_spends_nothing(test: TestShop) -> None:
    assert not test.shop.spending_stopped()
    deny(test, 1, devices=[f"{DEVICE}:2"])
    assert not test.shop.spending_stopped(), "another epoch"
    deny(test, 2, devices=[f"{DEVICE}:1"])
    assert test.shop.spending_stopped()
