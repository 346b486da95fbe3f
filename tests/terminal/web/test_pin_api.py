"""A PIN over the POS API: a proof for one act of one member, and of a number nobody learns whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from terminal.counter.pins_here import PROOF_MS
from tests.terminal.counter.offer_documents import document
from tests.terminal.counter.pin_world import PIN, WRONG, know_pins
from tests.terminal.counter.shown_codes import NUMBER
from tests.terminal.granting import grant_at, value_lot
from tests.terminal.shops import ADA, CY, RICE
from tests.terminal.web.described import post
from tests.terminal.web.served import Served, served_shop

NOBODYS = "690123450000000999"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with served_shop(tmp_path, prepare=know_pins) as shop:
        yield shop


def proof(served: Served, **card: str) -> str:
    status, answer = post(served, "/pin", {"card": card, "pin": PIN})
    assert (status, answer["good_ms"]) == (200, PROOF_MS)
    given: str = answer["pin_proof"]
    return given


def code(answer: tuple[int, Any]) -> tuple[int, str]:
    status, body = answer
    return status, body["error"]["code"]


def sale(served: Served, intent: str, card: dict[str, str], points: int = 2500) -> tuple[int, Any]:
    items = [{"gtin": RICE, "quantity": 8}]
    _, quote = post(served, "/quote", {"items": items, "card": card, "points": points})
    due = quote["basket"]["due"] if "basket" in quote else 1
    tenders = [{"kind": "mobile", "amount": due}]
    return post(
        served, "/sales", {"intent": intent, "items": items, "card": card, "points": points, "tenders": tenders}
    )


def test_with_a_proof_a_copyable_card_redeems_more_than_its_day(served: Served) -> None:
    served.test.programme(document(version=4, cash_rounding=0))
    served.test.grant("m1", 5000, lot="hq.2")
    assert code(sale(served, "0a" * 16, {"uid": ADA})) == (409, "points_copyable_daily")
    card = {"uid": ADA, "pin_proof": proof(served, uid=ADA)}
    status, answer = sale(served, "0b" * 16, card)
    assert (status, answer["receipt"]["points_used"]) == (201, 2500)
    detail = served.test.shop.ledger.sales_of("m1", 1)[0].detail
    assert (detail["state"]["pin"], detail["state"]["assurance"]) == (True, "P1")


def test_a_proof_is_for_one_act_and_the_same_intent_is_answered_again(served: Served) -> None:
    card = {"uid": ADA, "pin_proof": proof(served, uid=ADA)}
    first = sale(served, "0a" * 16, card, points=0)
    body: dict[str, Any] = {"intent": "0a" * 16, "items": [{"gtin": RICE, "quantity": 8}], "points": 0}
    tenders = [{"kind": "mobile", "amount": first[1]["receipt"]["due"]}]
    assert post(served, "/sales", {**body, "card": card, "tenders": tenders}) == first
    anew = {"uid": ADA, "pin_proof": proof(served, uid=ADA)}
    assert post(served, "/sales", {**body, "card": anew, "tenders": tenders}) == first, "whatever proof comes with it"
    assert code(post(served, "/balance", card)) == (403, "pin_proof_over")
    assert post(served, "/balance", anew)[0] == 200, "it was not used"


def test_a_proof_is_over_after_its_time_and_is_no_other_members(served: Served) -> None:
    given = proof(served, uid=ADA)
    assert code(post(served, "/balance", {"uid": CY, "pin_proof": given})) == (403, "pin_proof_over")
    assert code(post(served, "/balance", {"uid": ADA, "pin_proof": "00" * 16})) == (403, "pin_proof_over")
    served.test.clock.utc_ms += PROOF_MS - 1
    assert post(served, "/balance", {"uid": ADA, "pin_proof": given})[0] == 200
    served.test.clock.utc_ms += 1
    assert code(post(served, "/balance", {"uid": ADA, "pin_proof": given})) == (403, "pin_proof_over")


def test_stored_value_at_p3_is_not_had_with_p1_and_the_pin(served: Served) -> None:
    """The table asks for P3 with a PIN: the PIN alone lifts no level."""
    served.test.programme(document(version=4, cash_rounding=0, stored_value={"with_pin": "P1"}))
    grant_at(served.station, served.test, "m1", value=(value_lot(1, 10_000),))
    card = {"uid": ADA, "pin_proof": proof(served, uid=ADA)}
    refused = post(served, "/pay-outs", {"intent": "0a" * 16, "card": card, "amount": 1000})
    assert code(refused)[0] == 403
    assert code(refused)[1].startswith("proof_level")
    assert post(served, "/balance", card)[0] == 200, "what was refused used nothing up"


def test_a_number_that_nobody_has_is_answered_like_a_wrong_pin(served: Served) -> None:
    for _ in range(3):
        somebody = post(served, "/pin", {"card": {"number": NUMBER}, "pin": WRONG})
        assert somebody == post(served, "/pin", {"card": {"number": NOBODYS}, "pin": WRONG})
    assert code(somebody) == (403, "pin_wrong")
    somebody = post(served, "/pin", {"card": {"number": NUMBER}, "pin": PIN})
    assert somebody == post(served, "/pin", {"card": {"number": NOBODYS}, "pin": PIN})
    assert code(somebody) == (403, "pin_wait")


def test_a_member_by_number_needs_the_proof_and_is_claimed_with_a_pin(served: Served) -> None:
    assert code(post(served, "/quote", {"items": [], "card": {"number": NUMBER}})) == (403, "pin_proof_over")
    assert code(post(served, "/quote", {"items": [], "card": {"number": NOBODYS}})) == (403, "pin_proof_over")
    card = {"number": NUMBER, "pin_proof": proof(served, number=NUMBER)}
    items = [{"gtin": RICE, "quantity": 1}]
    status, quote = post(served, "/quote", {"items": items, "card": card})
    assert (status, quote["member"]["id"], quote["member"]["balance"]) == (200, "m1", None)
    assert code(post(served, "/balance", card)) == (403, "proof_level_p1")


@pytest.mark.parametrize("card", [{}, {"uid": ADA, "number": NUMBER}, {"uid": None}, {"number": "12"}])
def test_a_member_is_named_by_one_of_the_two(served: Served, card: dict[str, Any]) -> None:
    assert code(post(served, "/pin", {"card": card, "pin": PIN})) == (422, "body_invalid")


@pytest.mark.parametrize(
    ("pin", "said"), [("12345", "pin_length"), ("48291x", "body_invalid"), (482915, "body_invalid")]
)
def test_what_is_no_pin_is_no_guess(served: Served, pin: object, said: str) -> None:
    assert code(post(served, "/pin", {"card": {"uid": ADA}, "pin": pin})) == (422, said)
    assert served.test.shop.ledger.pin_attempts.count("m1").total == 0


def test_a_card_that_is_refused_is_refused_here_too(served: Served) -> None:
    assert code(post(served, "/pin", {"card": {"uid": "04FFFFFFFFFFFF"}, "pin": PIN})) == (404, "card_unknown")


def test_a_shop_without_pins_says_so(tmp_path: Path) -> None:
    with served_shop(tmp_path) as served:
        assert code(post(served, "/pin", {"card": {"uid": ADA}, "pin": PIN})) == (409, "pin_not_here")
