"""A manager's refund without a sale: capped each time and each day, approved by a code, and counted in the ledger."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.operation import Kind
from terminal.counter.approvals import PAUSE_MS, TRIES, Approvals, read_approvals
from terminal.counter.unverified import Unverified, UnverifiedWish, daily_key, refund_unverified
from terminal.errors import IntentConflict
from tests.terminal.counter.desks import refused_by
from tests.terminal.shops import DAY_MS, NOON_MS, TestShop


def allowed() -> Unverified:
    return Unverified(most=5_000, daily=8_000, approvals=Approvals({"ann": "4711", "bob": "0815"}))


def give(test: TestShop, amount: int, code: str = "4711", number: int = 1, rules: Unverified | None = None) -> Any:
    wish = UnverifiedWish(amount, code, "s02-1-1-000017")
    return refund_unverified(test.shop, rules or allowed(), wish, f"{number:032x}", {"amount": amount})


def test_it_is_cash_it_is_counted_and_it_names_who_answers_for_it(test: TestShop) -> None:
    receipt = give(test, 3_000)
    assert (receipt["kind"], receipt["approved_by"]) == ("refund", "ann")
    assert receipt["tenders"] == [{"kind": "cash", "amount": 3_000}]
    operation = test.shop.ledger.operation(1)
    assert operation is not None
    assert (operation.kind, operation.member, operation.detail["sale"]) == (Kind.REFUND, None, None)
    assert operation.detail["unverified_minor"] == 3_000
    key = daily_key("2026-10-28")
    assert [(p.account.value, p.lot, p.amount) for p in operation.postings] == [
        ("limit", key, -3_000),
        ("used", key, 3_000),
    ]


@pytest.mark.parametrize(("amount", "left"), [(5_010, 5_000), (9_000, 5_000)])
def test_each_one_is_capped(test: TestShop, amount: int, left: int) -> None:
    refused = refused_by(lambda: give(test, amount))
    assert refused.phrase.code == "unverified_too_much"
    assert refused.phrase.params == {"asked_minor": amount, "available_minor": left}
    assert give(test, 5_000)["amount"] == 5_000


def test_the_day_is_capped_and_the_next_begins_again(test: TestShop) -> None:
    give(test, 5_000, number=1)
    assert refused_by(lambda: give(test, 3_010, number=2)).phrase.params["available_minor"] == 3_000
    give(test, 3_000, number=2)
    assert refused_by(lambda: give(test, 10, number=3)).phrase.code == "unverified_too_much"
    test.clock.utc_ms = NOON_MS + DAY_MS
    assert give(test, 5_000, number=3)["amount"] == 5_000


def test_it_is_given_once_for_its_intent(test: TestShop) -> None:
    assert give(test, 1_000) == give(test, 1_000)
    with pytest.raises(IntentConflict):
        give(test, 2_000)
    assert test.shop.ledger.next_seq() == 2


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        (Unverified(), "unverified_not_offered"),
        (Unverified(5_000, 5_000), "unverified_not_offered"),
        (Unverified(0, 5_000, Approvals({"ann": "4711"})), "unverified_not_offered"),
        (Unverified(5_000, 0, Approvals({"ann": "4711"})), "unverified_too_much"),
    ],
)
def test_without_settings_there_is_none(test: TestShop, rules: Unverified, code: str) -> None:
    assert refused_by(lambda: give(test, 1_000, rules=rules)).phrase.code == code
    assert test.shop.ledger.next_seq() == 1


def test_over_seven_days_without_hq_leases_alone_count(test: TestShop) -> None:
    """Leases 8: this is no lease."""
    test.clock.dark_ms = 7 * DAY_MS + 1
    assert refused_by(lambda: give(test, 1_000)).phrase.code == "leases_only"
    test.clock.dark_ms = 7 * DAY_MS
    assert give(test, 1_000)["amount"] == 1_000


def test_cash_is_whole_coins(test: TestShop) -> None:
    assert refused_by(lambda: give(test, 1_005)).phrase.code == "tender_invalid"


def test_a_wrong_code_gives_nothing_and_many_wrong_ones_a_pause(test: TestShop) -> None:
    rules = allowed()
    for _ in range(TRIES):
        assert refused_by(lambda: give(test, 1_000, "9999", rules=rules)).phrase.code == "approval_wrong"
    paused = refused_by(lambda: give(test, 1_000, rules=rules))
    assert (paused.phrase.code, paused.phrase.params) == ("approval_paused", {"until_ms": NOON_MS + PAUSE_MS})
    assert test.shop.ledger.next_seq() == 1
    test.clock.utc_ms = NOON_MS + PAUSE_MS
    assert give(test, 1_000, "0815", rules=rules)["approved_by"] == "bob"


def test_a_right_code_forgets_the_wrong_ones() -> None:
    approvals = Approvals({"ann": "4711"})
    for _ in range(3):
        for _ in range(TRIES - 1):
            refused_by(lambda: approvals.name_behind("0000", 0))
        assert approvals.name_behind("4711", 0) == "ann"


def test_the_file_of_codes() -> None:
    assert read_approvals("# managers\n\nann 4711\nbob  0815 \n").codes == {"ann": "4711", "bob": "0815"}
    for text in ("ann\n", "ann 12\n", "ann 4711 more\n"):
        with pytest.raises(ValueError, match="line 1"):
            read_approvals(text)
