"""The details of refunds and of stored value: what goes in comes out, and no more than mattered is written down."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty.lots import Lot
from loyalty.standing import Pending, Standing
from protocol.refund_detail import (
    KnownRecord,
    RefundDetail,
    RefundDetailError,
    StandingRecord,
    UnverifiedRefundDetail,
    so_far_from,
)
from protocol.value_detail import PayOutDetail, TopUpDetail, ValueDetailError
from tests.protocol.movement_examples import SO_FAR, movements, refund_detail, void_detail

HERE = Lot("here", 10, "2026-01-01", "2028-01-01")
STANDING = Standing(
    pending=(Pending(Lot("waits", 5, "2026-01-01"), "2026-01-09"), Pending(Lot("gone", 0, "2026-01-01"), "2026-01-09")),
    lease=(HERE, Lot("other", 7, "2026-01-01")),
    debt=3,
)


def test_a_standing_comes_back_with_the_lots_that_mattered() -> None:
    read = StandingRecord.of(STANDING, frozenset({"here", "waits", "gone"})).read()
    assert read == Standing(pending=STANDING.pending[:1], lease=(HERE,), debt=3)


def test_what_else_was_known_comes_back() -> None:
    known = void_detail().known.read()
    assert KnownRecord.of(known, frozenset(lot.id for lot in known.value)) == void_detail().known
    assert KnownRecord.of(known, frozenset()).value == ()


@pytest.mark.parametrize("detail", [refund_detail(), void_detail()])
def test_a_detail_comes_back(detail: RefundDetail) -> None:
    assert RefundDetail.read(detail.model_dump(mode="json")) == detail
    assert detail.to_so_far().units == {each["no"]: each["back"] for each in detail.so_far["lines"]}


@pytest.mark.parametrize("change", [{"sale": None}, {"request": [{"no": 1, "quantity": 0}]}, {"more": 1}, {"after": 7}])
def test_a_refund_of_another_shape_is_refused(change: dict[str, Any]) -> None:
    raw = refund_detail().model_dump(mode="json")
    with pytest.raises(RefundDetailError):
        RefundDetail.read(raw | change)


@pytest.mark.parametrize("bent", [{"format": 2}, {"lines": [{"no": 0, "back": 1}]}, {"tenders": 7}, {"value": "1"}])
def test_a_right_that_cannot_be_read_is_refused(bent: dict[str, Any]) -> None:
    assert so_far_from(SO_FAR).money == 990
    with pytest.raises(RefundDetailError):
        so_far_from({**SO_FAR, **bent})


@pytest.mark.parametrize("minor", [0, -1, 10**12, "5"])
def test_what_is_given_without_a_sale_is_above_zero_and_bounded(minor: object) -> None:
    with pytest.raises(ValueError, match="unverified_minor"):
        UnverifiedRefundDetail.model_validate({"unverified_minor": minor, "approved_by": "ann"})


@pytest.mark.parametrize(("kind", "name"), [(TopUpDetail, "top_up_detail"), (PayOutDetail, "pay_out_detail")])
def test_value_comes_back_or_is_refused(kind: type[TopUpDetail] | type[PayOutDetail], name: str) -> None:
    raw = movements()[name].model_dump(mode="json")
    assert kind.read(raw) == movements()[name]
    for change in ({"amount": -1}, {"more": 1}, {"member": None}):
        with pytest.raises(ValueDetailError):
            kind.read(raw | change)
