"""What may enter the directory. The whole way, with a real HQ, is in test_agent."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.feed import FeedRow, RowKind
from protocol.signing import Signed, private_from_hex, public_hex
from terminal.sync.bundle import BundleRefused, check_row
from tests.hq.tiny_chain import PROGRAMME
from tests.terminal.store.feed_material import member, product

KEY, FOREIGN = private_from_hex("ab" * 32), private_from_hex("cd" * 32)
TRUST = public_hex(KEY)


def programme(version: int = 3, key: Any = KEY, purpose: str = "programme", **more: Any) -> Signed:
    return Signed.make(purpose, {**PROGRAMME, "version": version, **more}, key)


def check(body: dict[str, Any] | None, kept: Signed | None = None, kind: RowKind = RowKind.PROGRAMME) -> None:
    row = FeedRow(cseq=1, kind=kind, key="current", body=body)
    check_row(row, None if kept is None else kept.model_dump_json(), TRUST)


def test_a_newer_programme_is_let_in() -> None:
    check(programme().model_dump())
    check(programme(4).model_dump(), programme(3))
    check(programme(3).model_dump(), programme(3))


def test_what_another_hq_signed_before_an_enrolment_does_not_count() -> None:
    check(programme(1).model_dump(), programme(9, FOREIGN))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (None, "never taken away"),
        ({}, "not all of it"),
        ({**programme().model_dump(), "signature": "00"}, "not all of it"),
        (programme(5, FOREIGN).model_dump(), "not signed by HQ"),
        (programme(5, purpose="claim").model_dump(), "not signed by HQ"),
        ({**programme(5).model_dump(), "payload": programme(6).payload}, "not signed by HQ"),
        ({**programme(5).model_dump(), "payload": programme(5).payload[:-9]}, "not signed by HQ"),
        (programme(2).model_dump(), "older than 3"),
        (programme(3, currency="EUR").model_dump(), "another content"),
        (programme(5, format=3).model_dump(), "cannot be used"),
    ],
)
def test_a_programme_that_stays_out(body: dict[str, Any] | None, why: str) -> None:
    with pytest.raises(BundleRefused, match=why):
        check(body, programme(3))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (RowKind.MEMBER, {**member("a"), "lots": [{"id": "x", "points": -1, "earned_on": "2026-01-01"}]}),
        (RowKind.MEMBER, {**member("a"), "phone": "13800001234"}),
        (RowKind.PRODUCT, product("690", 5)),
        (RowKind.PRODUCT, product("6901234567892", -5)),
        (RowKind.CARD, {"member": "a", "state": "open"}),
        (RowKind.STORE, {}),
    ],
)
def test_a_row_that_the_till_could_not_read_stays_out(kind: RowKind, body: dict[str, Any]) -> None:
    with pytest.raises(BundleRefused, match="cannot be read") as caught:
        check(body, kind=kind)
    assert "13800001234" not in str(caught.value)


def test_good_rows_and_tombstones_are_let_in() -> None:
    check(member("a", 5), kind=RowKind.MEMBER)
    check(None, kind=RowKind.MEMBER)
    check(product("6901234567892", 5), kind=RowKind.PRODUCT)
    check({"member": "a", "state": "blocked"}, kind=RowKind.CARD)


def deny(version: int, key: Any = KEY, purpose: str = "deny", **more: Any) -> Signed:
    return Signed.make(purpose, {"version": version, "cards": [], "members": ["m1"], "devices": [], **more}, key)


def test_a_newer_deny_list_is_let_in() -> None:
    check(deny(1).model_dump(), None, RowKind.DENY)
    check(deny(3).model_dump(), deny(2), RowKind.DENY)
    check(deny(3).model_dump(), deny(3), RowKind.DENY)
    check(deny(1).model_dump(), deny(9, FOREIGN), RowKind.DENY)
    check(Signed.make("configuration", {"version": 1, "interval_s": 5}, KEY).model_dump(), None, RowKind.CONFIGURATION)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (None, "never taken away"),
        (deny(1).model_dump(), "older than 2"),
        (deny(2, members=["m9"]).model_dump(), "another content"),
        (deny(3, FOREIGN).model_dump(), "not signed by HQ"),
        (deny(3, purpose="configuration").model_dump(), "not signed by HQ"),
        (deny(3, more=1).model_dump(), "cannot be read"),
        ({**deny(3).model_dump(), "payload": deny(4).payload}, "not signed by HQ"),
    ],
)
def test_a_deny_list_that_stays_out(body: dict[str, Any] | None, why: str) -> None:
    with pytest.raises(BundleRefused, match=why):
        check(body, deny(2), RowKind.DENY)
