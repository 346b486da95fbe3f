"""An operation whose postings do not sum to zero cannot exist, however it is made."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from loyalty.ledger import Account, Asset
from protocol import canonical
from protocol.canonical import CanonicalError
from protocol.operation import Operation, OperationError
from tests.protocol.examples import posting, sale_operation

EARN = (posting(Account.ISSUED, "a", -5), posting(Account.LEASE, "a", 5))


def test_bytes_come_back_as_the_same_operation() -> None:
    operation = sale_operation()
    assert Operation.decode(operation.encode()) == operation
    assert Operation.decode(operation.encode()).encode() == operation.encode()


@pytest.mark.parametrize(
    "postings",
    [
        EARN[:1],
        (*EARN, posting(Account.LEASE, "a", 1)),
        (posting(Account.ISSUED, "a", -5), posting(Account.LIMIT, "a", 5, Asset.LIMIT)),
        (
            posting(Account.LEASE, "a", 2**63 - 1),
            posting(Account.LEASE, "b", 2**63 - 1),
            posting(Account.LEASE, "c", 2),
        ),
    ],
)
def test_unbalanced_postings_cannot_exist(postings: tuple[Any, ...]) -> None:
    with pytest.raises(ValidationError, match="do not sum to zero"):
        sale_operation(postings=postings)


def test_balanced_postings_can() -> None:
    """The control: the same postings, balanced."""
    assert sale_operation(postings=EARN).postings == EARN


@settings(derandomize=True, max_examples=60)
@given(st.integers(0, 3), st.integers(-(10**6), 10**6).filter(bool))
def test_no_amount_of_a_balanced_operation_can_be_changed(which: int, change: int) -> None:
    raw = canonical.decode(sale_operation().encode())
    raw["postings"][which]["amount"] += change
    with pytest.raises(OperationError, match="do not sum to zero"):
        Operation.decode(canonical.encode(raw))


def test_postings_need_a_member() -> None:
    with pytest.raises(ValidationError, match="need a member"):
        sale_operation(member=None)
    assert sale_operation(member=None, postings=(), lots=()).member is None


@pytest.mark.parametrize("asset", list(Asset))
def test_a_guest_moves_only_what_a_bearer_has(asset: Asset) -> None:
    """A counted limit, a bearer's coupon, a gift card; never points, stamps or the uses of a card."""
    moves = (posting(Account.LEASE, "x", -1, asset), posting(Account.REDEEMED, "x", 1, asset))
    if asset in {Asset.LIMIT, Asset.COUPON, Asset.PRINCIPAL, Asset.BONUS}:
        assert Operation.decode(sale_operation(member=None, lots=(), postings=moves).encode()).postings == moves
    else:
        with pytest.raises(ValidationError, match="need a member"):
            sale_operation(member=None, lots=(), postings=moves)
    assert sale_operation(postings=moves).postings == moves


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"seq": 0},
        {"epoch": 0},
        {"seq": "1"},
        {"kind": "poison"},
        {"intent": "x"},
        {"device": "a b"},
        {"business_date": "20 Nov"},
        {"extra": 1},
        {"at_ms": True},
        {"member": ""},
    ],
)
def test_bytes_of_another_shape_are_refused(change: dict[str, Any]) -> None:
    raw = canonical.decode(sale_operation().encode()) | change
    with pytest.raises(OperationError):
        Operation.decode(canonical.encode(raw))


@pytest.mark.parametrize("field", ["v", "seq", "detail", "member", "intent"])
def test_missing_fields(field: str) -> None:
    raw = canonical.decode(sale_operation().encode())
    del raw[field]
    if field == "v":
        assert Operation.decode(canonical.encode(raw)).v == 1
    else:
        with pytest.raises(OperationError):
            Operation.decode(canonical.encode(raw))


def test_every_cut_is_refused() -> None:
    data = sale_operation().encode()
    for length in range(len(data)):
        with pytest.raises(OperationError):
            Operation.decode(data[:length])


def test_a_detail_that_is_not_canonical_has_no_bytes() -> None:
    with pytest.raises(CanonicalError, match=r"\$\.detail\.price"):
        sale_operation(detail={"price": 1.5}).encode()


def test_an_operation_does_not_change() -> None:
    with pytest.raises(ValidationError):
        sale_operation().seq = 2  # type: ignore[misc]  # the assignment is what is tested
