"""Top-ups, pay-outs and value as a tender over HTTP: what is not here is asked of HQ, and refused with its amounts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loyalty import room_key
from loyalty.assurance import Action, Rule
from protocol.lease import GrantAsk
from tests.terminal.counter.offer_documents import document
from tests.terminal.counter.proofs import allow
from tests.terminal.granting import grant_at, value_lot
from tests.terminal.shops import ADA, BO, NOON_MS, RICE, enrolled, member_row
from tests.terminal.web.described import faults, post
from tests.terminal.web.served import Served, served_shop

A, B = "a" * 32, "b" * 32
ROOM = room_key("m1")
CARD = {"uid": ADA}
RANDOM, LIKE = "08C0FFEE", "08C0FFEE112233"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A UID may spend stored value here: the programme and the table of proofs say so."""
    stored = {"steps": [{"from": 10_000, "percent": [1, 5]}], "assurance": "P1"}
    with served_shop(tmp_path) as shop:
        shop.test.programme(document(version=4, cash_rounding=0, stored_value=stored))
        allow(shop.test, Rule(Action.SPEND_VALUE, "P1"))
        yield shop


def top_up(served: Served, amount: int) -> tuple[int, Any]:
    tenders = [{"kind": "mobile", "amount": amount}]
    return post(served, "/top-ups", {"intent": A, "card": CARD, "amount": amount, "tenders": tenders})


def test_online_room_is_asked_for_and_the_top_up_is_effective_at_once(served: Served) -> None:
    served.lender.generous = True
    status, answer = top_up(served, 10_000)
    assert (status, answer["receipt"]["bonus"]) == (201, 2_000)
    assert answer["receipt"]["balance"]["value"] == {"total": 12_000, "here": 12_000, "waiting": 12_000}
    assert served.lender.asked == [GrantAsk(member="m1", after=0, limits={ROOM: 10_000})]
    assert top_up(served, 10_000) == (status, answer)
    assert len(served.lender.asked) == 1
    _, balance = post(served, "/balance", CARD)
    assert balance["balance"]["value"]["here"] == 12_000


def test_offline_without_room_no_money_is_taken(served: Served) -> None:
    status, answer = top_up(served, 10_000)
    assert (status, answer["error"]["code"]) == (409, "top_up_limit")
    assert answer["error"]["params"] == {"asked_minor": 10_000, "available_minor": 0, "as_of_ms": None}
    assert "No money was taken" in answer["error"]["message"]
    assert served.test.shop.ledger.next_seq() == 1


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"amount": 0}, 422, "body_invalid"),
        ({"card": {"uid": BO}}, 403, "member_blocked"),
        ({"tenders": [{"kind": "mobile", "amount": 9_000}]}, 409, "tender_short"),
        ({"tenders": [{"kind": "stored_value", "amount": 10_000}]}, 409, "top_up_tender"),
        ({"tenders": [{"kind": "gold", "amount": 10_000}]}, 422, "tender_invalid"),
    ],
)
def test_a_top_up_that_cannot_be_says_why(served: Served, change: dict[str, Any], status: int, code: str) -> None:
    grant_at(served.station, served.test, "m1", limits={ROOM: 100_000})
    wish = {"intent": A, "card": CARD, "amount": 10_000, "tenders": [{"kind": "mobile", "amount": 10_000}]}
    got, answer = post(served, "/top-ups", {**wish, **change})
    assert (got, answer["error"]["code"]) == (status, code)
    assert served.test.shop.ledger.next_seq() == 1


def sale(amount: int) -> dict[str, Any]:
    tenders = [{"kind": "stored_value", "amount": amount}]
    return {"intent": B, "items": [{"gtin": RICE, "quantity": 1}], "card": CARD, "tenders": tenders}


def test_a_sale_by_value_asks_hq_for_what_is_not_here(served: Served) -> None:
    grant_at(served.station, served.test, "m1", value=(value_lot(1, 4_000),))
    status, answer = post(served, "/sales", sale(10_000))
    assert (status, answer["error"]["code"]) == (409, "value_not_available")
    known = {"waiting_minor": 0, "as_of_ms": NOON_MS}
    assert answer["error"]["params"] == {"asked_minor": 10_000, "available_minor": 4_000, **known}
    assert served.lender.asked == [GrantAsk(member="m1", after=0, value=6_000)]
    served.lender.generous = True
    status, answer = post(served, "/sales", sale(10_000))
    assert (status, answer["receipt"]["tenders"]) == (201, [{"kind": "stored_value", "amount": 10_000}])


def test_a_pay_out_fetches_the_rest_and_cancels_the_bonus(served: Served) -> None:
    grant_at(served.station, served.test, "m1", value=(value_lot(1, 4_000, 800),))
    served.test.member(member_row("m1", "王小雨", 1000, principal=10_000, bonus=800))
    served.lender.generous = True
    status, answer = post(served, "/pay-outs", {"intent": A, "card": CARD, "by": "mobile"})
    assert (status, answer["receipt"]["amount"], answer["receipt"]["cancelled"]) == (201, 10_000, 800)
    assert served.lender.asked == [GrantAsk(member="m1", after=0, value=6_000)]
    status, answer = served.pos("GET", f"/api/v1/operations/{A}")
    assert faults(served, "GET", "/api/v1/operations/{intent}", status, answer) == []
    served.lender.generous = False
    status, answer = post(served, "/pay-outs", {"intent": B, "card": CARD, "amount": 1})
    assert (status, answer["error"]["code"]) == (409, "pay_out_not_available")


@pytest.mark.parametrize(("uid", "code"), [(RANDOM, "card_random"), (RANDOM.lower(), "card_random"), (LIKE, None)])
def test_a_random_uid_is_nobodys_for_a_pos_also_where_an_older_hq_enrolled_it(
    served: Served, uid: str, code: str | None
) -> None:
    """The control is a longer UID that begins so: that is the card's own."""
    for each in (RANDOM, LIKE):
        served.test.tell_members(enrolled(each, "m1"))
    card, tenders = {"uid": uid}, [{"kind": "mobile", "amount": 1000}]
    said = [
        post(served, "/balance", card),
        post(served, "/quote", {"items": [{"gtin": RICE, "quantity": 1}], "card": card}),
        post(served, "/top-ups", {"intent": A, "card": card, "amount": 1000, "tenders": tenders}),
        post(served, "/pay-outs", {"intent": B, "card": card, "amount": 1000}),
    ]
    assert [answer.get("error", {}).get("code") == "card_random" for _, answer in said] == [code is not None] * 4
