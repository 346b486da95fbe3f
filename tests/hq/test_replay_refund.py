"""HQ works out again what a till did with goods that came back and with stored value; a bent record is found (D21)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hq.reasons import Reason
from hq.replay_refund import replay_refund
from hq.replay_value import replay_value
from loyalty import Programme, room_key
from protocol import canonical
from protocol.operation import Operation, OperationKey
from tests.terminal.counter.returns import Till
from tests.terminal.counter.test_refund import plain
from tests.terminal.counter.test_unverified import give
from tests.terminal.counter.test_value_at_the_till import pay_out, till_with_value, top_up
from tests.terminal.granting import grant
from tests.terminal.shops import TestShop, open_shop


@pytest.fixture
def test(tmp_path: Path) -> Iterator[TestShop]:
    with open_shop(tmp_path) as shop:
        yield shop


def replayed(test: TestShop, operation: Operation, programmes: dict[int, Programme] | None = None) -> Reason | None:
    """What HQ says of this operation, with all that this terminal has sent."""

    def lookup(key: OperationKey) -> bytes | None:
        found = test.shop.ledger.operation(key.seq)
        return found.encode() if found else None

    return replay_refund(operation, programmes or {4: test.shop.programme_of(4)}, lookup)


def refunds(test: TestShop) -> Iterator[Operation]:
    """Returns and voids of each sort, as the till wrote them."""
    till = plain(test, points={"return_window_days": 7}, points_as_money=POINTS)
    till.sell(4000, 6000, points=500)
    till.refund((2, 1))
    yield till.newest()
    till.refund()
    yield till.newest()
    till.sell(4000)
    till.void()
    yield till.newest()
    till = plain(test, version=5)
    till.sell(20000)
    sold = till.sold
    till.sell(9000, points=900)
    till.sold = sold
    till.refund((1, 1))
    yield till.newest()


POINTS = {"points": 100, "money": 100, "cap": [1, 2], "lifetime_months": 24}


def test_what_a_till_does_is_done_again_the_same(test: TestShop) -> None:
    found = list(refunds(test))
    assert len(found) == 4
    programmes = {version: test.shop.programme_of(version) for version in (4, 5)}
    assert [replayed(test, each, programmes) for each in found] == [None] * 4
    assert [replayed(test, Operation.decode(each.encode()), programmes) for each in found] == [None] * 4


def bent(operation: Operation, change: Callable[[dict[str, Any]], object]) -> Operation:
    raw = canonical.decode(operation.encode())
    change(raw)
    return Operation.model_validate(raw)


BENT: dict[str, Callable[[dict[str, Any]], object]] = {
    "more money": lambda raw: raw["detail"]["result"].update(money=9999),
    "another line": lambda raw: raw["detail"].update(request=[{"no": 1, "quantity": 1}]),
    "a right that gives more": lambda raw: raw["detail"]["after"].update(lines=[]),
    "less taken back": lambda raw: raw.update(postings=[]),
    "another member": lambda raw: raw.update(member="m3"),
    "a lot that is not in it": lambda raw: raw.update(lots=[]),
    "no right left of what came back": lambda raw: raw["detail"]["so_far"].update(
        lines=[{"no": 2, "back": 1}], money=6000, value=6000
    ),
}


@pytest.mark.parametrize("name", sorted(BENT))
def test_a_record_that_was_bent_is_found(test: TestShop, name: str) -> None:
    till = plain(test)
    till.sell(4000, 6000, points=500)
    till.refund((2, 1))
    assert replayed(test, till.newest()) is None
    assert replayed(test, bent(till.newest(), BENT[name])) is Reason.REPLAY_DIFFERS


IMPOSSIBLE: dict[str, Callable[[dict[str, Any]], object]] = {
    "no detail": lambda raw: raw.update(detail={"sale": raw["detail"]["sale"]}),
    "no key of a sale": lambda raw: raw["detail"].update(sale=7),
    "a refund is no sale": lambda raw: raw["detail"]["sale"].update(seq=2),
    "a right of nonsense": lambda raw: raw["detail"].update(so_far={"format": 9}),
    "a right of another sale": lambda raw: raw["detail"]["so_far"].update(lines=[{"no": 77, "back": 1}]),
}


@pytest.mark.parametrize("name", sorted(IMPOSSIBLE))
def test_what_cannot_be_worked_out_is_said(test: TestShop, name: str) -> None:
    till = plain(test)
    till.sell(4000, 6000)
    till.refund((2, 1))
    assert replayed(test, bent(till.newest(), IMPOSSIBLE[name])) is Reason.REPLAY_IMPOSSIBLE


def test_what_is_not_there_or_not_understood_yet_is_waited_for(test: TestShop) -> None:
    till = plain(test)
    till.sell(4000)
    till.refund()
    programmes = {4: test.shop.programme_of(4)}
    for data in (None, b'{"format": 99}'):
        assert replay_refund(till.newest(), programmes, lambda _, data=data: data) is Reason.REFUND_OF_UNKNOWN_SALE
        assert replay_refund(till.newest(), {}, lambda _, data=data: data) is Reason.REFUND_OF_UNKNOWN_SALE


def test_rules_that_hq_does_not_know_are_not_replayed(test: TestShop) -> None:
    till = plain(test)
    till.sell(4000)
    till.refund()
    wrong = bent(till.newest(), lambda raw: raw["detail"]["result"].update(money=1))
    assert replayed(test, wrong) is Reason.REPLAY_DIFFERS
    assert replayed(test, wrong, {9: test.shop.programme()}) is None
    assert replayed(test, bent(wrong, lambda raw: raw["detail"].update(engine="to come"))) is None


def test_a_void_that_claims_to_be_exact_is_found(test: TestShop) -> None:
    till = plain(test)
    till.sell(4000)
    till.void()
    assert replayed(test, till.newest()) is None
    claimed = bent(till.newest(), lambda raw: raw["detail"].update(exact=False))
    assert replayed(test, claimed) is Reason.REPLAY_DIFFERS


def test_a_refund_without_a_sale_has_nothing_to_work_out(test: TestShop) -> None:
    plain(test)
    give(test, 1000)
    operation = test.shop.ledger.operation(1)
    assert operation is not None
    assert replayed(test, operation) is None


def value_operations(test: TestShop) -> tuple[Till, Operation, Operation]:
    till = till_with_value(test)
    grant(test, "m1", limits={room_key("m1"): 100_000})
    top_up(test, 100_000)
    topped_up = till.newest()
    till.sell(30_000, tenders=[("stored_value", 30_000)])
    pay_out(test, None)
    return till, topped_up, till.newest()


def test_top_ups_and_pay_outs_are_done_again_the_same(test: TestShop) -> None:
    till, topped_up, paid_out = value_operations(test)
    programmes = {4: till.test.shop.programme()}
    assert [replay_value(each, programmes) for each in (topped_up, paid_out)] == [None, None]
    assert replay_value(Operation.decode(paid_out.encode()), programmes) is None


@pytest.mark.parametrize(
    ("which", "change", "reason"),
    [
        (1, lambda raw: raw["detail"].update(amount=90_000), Reason.REPLAY_DIFFERS),
        (1, lambda raw: raw["detail"]["lot"].update(bonus=50_000), Reason.REPLAY_DIFFERS),
        (1, lambda raw: raw["detail"]["state"].update(leased={}), Reason.REPLAY_DIFFERS),
        (1, lambda raw: raw.update(postings=[]), Reason.REPLAY_DIFFERS),
        (1, lambda raw: raw.update(member="m3"), Reason.REPLAY_DIFFERS),
        (1, lambda raw: raw.update(detail={}), Reason.REPLAY_IMPOSSIBLE),
        (2, lambda raw: raw["detail"].update(amount=75_001), Reason.REPLAY_DIFFERS),
        (2, lambda raw: raw["detail"].update(cancelled=0), Reason.REPLAY_DIFFERS),
        (2, lambda raw: raw["detail"].update(lots=[]), Reason.REPLAY_DIFFERS),
        (2, lambda raw: raw["detail"]["state"]["value"][0].update(spent=999_999_999), Reason.REPLAY_IMPOSSIBLE),
        (2, lambda raw: raw["detail"].update(asked=0), Reason.REPLAY_IMPOSSIBLE),
    ],
)
def test_value_that_was_bent_is_found(
    test: TestShop, which: int, change: Callable[[dict[str, Any]], object], reason: Reason
) -> None:
    till, *operations = value_operations(test)
    wrong = bent(operations[which - 1], change)
    assert replay_value(wrong, {4: till.test.shop.programme()}) is reason
