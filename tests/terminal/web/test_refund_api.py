"""Refunds and voids over HTTP: shown, confirmed once, and where the right is not here, asked of HQ or refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from protocol.lease import GrantAsk, Whereabouts
from protocol.operation import OperationKey
from terminal.counter.approvals import Approvals
from terminal.counter.unverified import Unverified
from tests.terminal.counter.offer_documents import document
from tests.terminal.counter.second_till import release
from tests.terminal.shops import ADA, DEVICE, RICE, TEA
from tests.terminal.web.described import faults, post
from tests.terminal.web.served import Served, served_shop

A, B, C = "a" * 32, "b" * 32, "c" * 32
SALE = OperationKey(device=DEVICE, epoch=1, seq=1)
NUMBER = f"{DEVICE}-1-000001"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    unverified = Unverified(5_000, 8_000, Approvals({"ann": "4711"}))
    with served_shop(tmp_path, unverified) as shop:
        shop.test.programme(document(version=4, cash_rounding=0))
        yield shop


def sell(served: Served, intent: str = A) -> dict[str, Any]:
    """Rice for 100.00 and two teas for 50.00 each, to Ada, by mobile payment."""
    items = [{"gtin": RICE, "quantity": 1}, {"gtin": TEA, "quantity": 2}]
    tenders = [{"kind": "mobile", "amount": 20_000}]
    body = {"intent": intent, "items": items, "card": {"uid": ADA}, "tenders": tenders}
    status, answer = post(served, "/sales", body)
    assert status == 201
    receipt: dict[str, Any] = answer["receipt"]
    return receipt


def test_a_line_comes_back_as_it_was_shown(served: Served) -> None:
    assert sell(served)["number"] == NUMBER
    wish = {"sale": NUMBER, "lines": [{"no": 2, "quantity": 1}]}
    status, shown = post(served, "/refunds/preview", wish)
    assert (status, shown["refund"]["given"]) == (200, 5_000)
    status, done = post(served, "/refunds", {**wish, "intent": B})
    assert status == 201
    assert {name: done["receipt"][name] for name in shown["refund"]} == shown["refund"]
    assert served.test.shop.ledger.next_seq() == 3


def test_a_refund_is_made_once_for_its_intent(served: Served) -> None:
    sell(served)
    body = {"sale": NUMBER, "lines": [{"no": 1, "quantity": 1}], "intent": B}
    first = post(served, "/refunds", body)
    assert post(served, "/refunds", body) == first
    status, answer = post(served, "/refunds", {**body, "lines": []})
    assert (status, answer["error"]["code"]) == (409, "intent_conflict")
    assert served.test.shop.ledger.next_seq() == 3


def test_the_same_answer_comes_after_the_right_has_left(served: Served) -> None:
    """Nobody is asked for a right that an answered intent does not need."""
    sell(served)
    body = {"sale": NUMBER, "lines": [{"no": 1, "quantity": 1}], "intent": B}
    first = post(served, "/refunds", body)
    served.station.ask(lambda _: release(served.test, SALE)).result(10)
    assert post(served, "/refunds", body) == first
    assert served.lender.asked == []


def test_a_pos_that_lost_the_answer_asks_for_it(served: Served) -> None:
    receipt = sell(served)
    status, answer = served.pos("GET", f"/api/v1/operations/{A}")
    assert (status, answer) == (200, {"intent": A, "receipt": receipt})
    assert faults(served, "GET", "/api/v1/operations/{intent}", status, answer) == []
    _, refund = post(served, "/refunds", {"sale": NUMBER, "lines": [], "intent": B})
    status, answer = served.pos("GET", f"/api/v1/operations/{B}")
    assert answer["receipt"] == refund["receipt"]
    assert faults(served, "GET", "/api/v1/operations/{intent}", status, answer) == []
    status, answer = served.pos("GET", f"/api/v1/operations/{C}")
    assert (status, answer["error"]["code"]) == (404, "intent_not_here")
    assert served.pos("GET", "/api/v1/operations/xyz")[0] == 422


def test_a_void_undoes_the_sale(served: Served) -> None:
    sell(served)
    status, shown = post(served, "/voids/preview", {"sale": NUMBER})
    assert (status, shown["void"]["exact"], shown["void"]["given"]) == (200, True, 20_000)
    body = {"sale": NUMBER, "intent": B}
    status, done = post(served, "/voids", body)
    assert (status, done["receipt"]["kind"], done["receipt"]["given"]) == (201, "void", 20_000)
    assert post(served, "/voids", body) == (status, done)
    status, answer = post(served, "/refunds", {"sale": NUMBER, "lines": [], "intent": C})
    assert (status, answer["error"]["code"]) == (409, "nothing_to_refund")


def test_offline_the_till_that_sold_it_is_named(served: Served) -> None:
    status, answer = post(served, "/refunds/preview", {"sale": "s02-1-1-000007", "lines": []})
    assert (status, answer["error"]["code"]) == (409, "refund_elsewhere")
    assert "s02-1" in answer["error"]["message"]
    asked = OperationKey(device="s02-1", epoch=1, seq=7)
    assert served.lender.asked == [GrantAsk(member=None, after=0, sale=asked)]


@pytest.mark.parametrize("contact", [None, 1_790_000_000_000])
def test_online_the_till_that_has_the_right_is_named(served: Served, contact: int | None) -> None:
    served.lender.held_by = Whereabouts(device="s01-9", store="s01", last_contact_ms=contact)
    status, answer = post(served, "/refunds", {"sale": "s02-1-1-000007", "lines": [], "intent": A})
    assert (status, answer["error"]["code"]) == (409, "refund_held" if contact is None else "refund_held_since")
    assert answer["error"]["params"]["device"] == "s01-9"
    assert "First" in answer["error"]["message"]
    assert served.test.shop.ledger.next_seq() == 1


def test_what_is_missing_for_a_claw_back_is_asked_for(served: Served) -> None:
    """Leases 3: what waits, this lease, then HQ's pool online; only the rest is owed."""
    sell(served)
    spend = {"intent": C, "items": [{"gtin": TEA, "quantity": 1}] * 4, "card": {"uid": ADA}, "points": 900}
    post(served, "/sales", {**spend, "tenders": [{"kind": "mobile", "amount": 19_100}]})
    wish = {"sale": NUMBER, "lines": []}
    served.lender.asked.clear()
    _, shown = post(served, "/refunds/preview", wish)
    missing = shown["refund"]["debt"]
    assert missing > 0
    assert served.lender.asked == [GrantAsk(member="m1", points=missing, after=0)]
    served.lender.generous = True
    _, done = post(served, "/refunds", {**wish, "intent": B})
    assert (done["receipt"]["debt"], done["receipt"]["points_taken"]) == (0, shown["refund"]["points_taken"])


def test_a_managers_refund_needs_the_code(served: Served) -> None:
    body = {"intent": A, "amount": 3_000, "code": "0000", "receipt": "s09-1-1-000001"}
    status, answer = post(served, "/refunds/unverified", body)
    assert (status, answer["error"]["code"]) == (403, "approval_wrong")
    status, answer = post(served, "/refunds/unverified", {**body, "code": "4711"})
    assert (status, answer["receipt"]["approved_by"]) == (201, "ann")
    status, answer = post(served, "/refunds/unverified", {**body, "intent": B, "code": "4711", "amount": 5_001})
    assert (status, answer["error"]["code"]) == (409, "unverified_too_much")
    status, answer = served.pos("GET", f"/api/v1/operations/{A}")
    assert faults(served, "GET", "/api/v1/operations/{intent}", status, answer) == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"sale": "?"}, 422, "receipt_number_invalid"),
        ({"sale": f"{DEVICE}-1-000099"}, 404, "sale_unknown"),
        ({"sale": NUMBER, "lines": [{"no": 9, "quantity": 1}]}, 409, "line_unknown"),
        ({"sale": NUMBER, "lines": [{"no": 1, "quantity": 0}]}, 422, "body_invalid"),
        ({"sale": NUMBER, "lines": [{"no": 1, "quantity": 2}]}, 409, "units_not_left"),
        ({"sale": NUMBER, "collect": "points"}, 422, "body_invalid"),
        ({"sale": NUMBER, "more": 1}, 422, "body_invalid"),
        ({"lines": []}, 422, "body_invalid"),
    ],
)
def test_a_return_that_cannot_be_is_refused_with_its_sentence(
    served: Served, body: dict[str, Any], status: int, code: str
) -> None:
    sell(served)
    got, answer = post(served, "/refunds", {"lines": [], "intent": B, **body})
    assert (got, answer["error"]["code"]) == (status, code)
    assert answer["error"]["message"] != code
    assert served.test.shop.ledger.next_seq() == 2


def test_a_wrong_description_would_be_found(served: Served) -> None:
    """The control of `described`: a field too many, and a status that the document does not name."""
    _, answer = post(served, "/quote", {"items": []})
    assert faults(served, "POST", "/api/v1/quote", 200, answer) == []
    assert faults(served, "POST", "/api/v1/quote", 200, {**answer, "more": 1}) != []
    assert faults(served, "POST", "/api/v1/quote", 418, answer) == ["418 is not described"]
