"""Paper over HTTP: printed again from the counter, and by the till for a POS where terminal.toml says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from loyalty import room_key
from loyalty.assurance import Action, Rule
from terminal.bench.till_client import TillClient
from terminal.counter.approvals import Approvals
from terminal.counter.unverified import Unverified
from terminal.languages import LANGUAGES
from terminal.paper.sheets import sheets
from tests.terminal.counter.offer_documents import document
from tests.terminal.counter.proofs import allow
from tests.terminal.granting import grant_at
from tests.terminal.paper.slips import Tray, texts
from tests.terminal.shops import ADA, RICE, TEA
from tests.terminal.web.described import post
from tests.terminal.web.served import Served, served_shop

A, B, C = "a" * 32, "b" * 32, "c" * 32
CARD = {"uid": ADA}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    stored = {"steps": [{"from": 10_000, "percent": [1, 5]}], "assurance": "P1"}
    with served_shop(tmp_path, Unverified(5_000, 8_000, Approvals({"ann": "4711"}))) as shop:
        shop.test.programme(document(version=4, cash_rounding=0, stored_value=stored))
        allow(shop.test, Rule(Action.SPEND_VALUE, "P1"))
        yield shop


def tray_of(served: Served, **rules: Any) -> Tray:
    """The till's paper from now on."""
    tray = Tray(**rules)
    served.station.do(lambda desk: setattr(desk, "paper", tray.paper)).result(10)
    return tray


def sell(served: Served, intent: str = A, kind: str = "mobile") -> dict[str, Any]:
    """Rice for 100.00 and two teas for 50.00 each, to Ada."""
    items = [{"gtin": RICE, "quantity": 1}, {"gtin": TEA, "quantity": 2}]
    tenders = [{"kind": kind, "amount": 20_000}]
    status, answer = post(served, "/sales", {"intent": intent, "items": items, "card": CARD, "tenders": tenders})
    assert status == 201
    receipt: dict[str, Any] = answer["receipt"]
    return receipt


def written(tray: Tray, language: str = "en") -> list[str]:
    (sheet,) = sheets(replace(tray.newest, language=language))
    return texts(sheet.lines)


def test_a_pos_prints_for_itself(served: Served) -> None:
    tray = tray_of(served)
    sell(served, kind="cash")
    assert tray.done == []


def test_the_till_prints_for_a_pos_once_for_each_intent(served: Served) -> None:
    tray = tray_of(served, pos=True)
    receipt = sell(served, kind="cash")
    assert sell(served, kind="cash") == receipt
    assert tray.done == ["drawer", "ok", "print"]
    assert tray.newest.receipt == receipt


def test_the_counter_prints_again_and_says_what_it_cannot(served: Served) -> None:
    tray = tray_of(served)
    with TillClient(served.url + "/") as page:
        page.until(lambda view: "counter" in view)
        status, answer = page.act("counter/print_again", {})
        assert (status, answer["error"]["code"]) == (404, "paper_nothing")
        assert "no receipt to print" in answer["error"]["message"]
        sell(served)
        assert page.act("counter/print_again", {}) == (200, {"ok": True})
        status, answer = page.act("counter/print_again", {})
        assert (status, answer["error"]["code"]) == (409, "paper_waiting")
    assert len(tray.slips) == 1


def test_no_stranger_can_print(served: Served) -> None:
    status, _ = served.request("POST", "/api/v1/counter/print_again", {})
    assert status == 401


def test_a_refund_on_paper(served: Served) -> None:
    tray = tray_of(served, pos=True)
    number = sell(served)["number"]
    status, _ = post(served, "/refunds", {"sale": number, "lines": [{"no": 2, "quantity": 2}], "intent": B})
    assert status == 201
    lines = written(tray)
    assert lines[1] == "Refund"
    assert {f"For sale {number}", "Green tea x 2 | 100.00", "Given back | ¥100.00", "Mobile | 100.00"} <= set(lines)
    assert "Points taken back | -150" in lines
    assert lines[-2].startswith("QR ")


def test_a_void_on_paper(served: Served) -> None:
    tray = tray_of(served, pos=True)
    number = sell(served)["number"]
    status, _ = post(served, "/voids", {"sale": number, "intent": B})
    assert status == 201
    lines = written(tray, "zh-CN")
    assert lines[1] == "整单撤销"
    assert {f"原单号 {number}", "大米 | 100.00", "绿茶 x 2 | 100.00", "退款 | ¥200.00"} <= set(lines)


def test_an_unverified_refund_on_paper(served: Served) -> None:
    tray = tray_of(served, pos=True)
    body = {"intent": A, "amount": 3_000, "code": "4711", "receipt": "s02-1-1-000017"}
    status, _ = post(served, "/refunds/unverified", body)
    assert status == 201
    lines = written(tray)
    assert {"Given back | ¥30.00", "Cash | 30.00", "Approved by | ann"} <= set(lines)
    assert tray.done == ["drawer", "ok", "print"]


def test_a_top_up_and_a_pay_out_on_paper(served: Served) -> None:
    tray = tray_of(served, pos=True)
    grant_at(served.station, served.test, "m1", limits={room_key("m1"): 10_000})
    tenders = [{"kind": "cash", "amount": 10_000}]
    status, _ = post(served, "/top-ups", {"intent": A, "card": CARD, "amount": 10_000, "tenders": tenders})
    assert status == 201
    assert {
        "Top-up",
        "Topped up | ¥100.00",
        "Bonus | 20.00",
        "Cash | 100.00",
        "Stored value | 120.00",
    } <= set(written(tray))
    ends = replace(tray.newest, language="en", receipt={**tray.newest.receipt, "bonus_until": "2027-10-28"})
    assert " | valid until 2027-10-28" in texts(sheets(ends)[0].lines)
    status, _ = post(served, "/pay-outs", {"intent": B, "card": CARD, "amount": None, "by": "cash"})
    assert status == 201
    assert {"Pay-out", "Given back | ¥100.00", "Cash | 100.00", "Bonus lost | -20.00"} <= set(written(tray))
    assert tray.done == ["drawer", "ok", "print"] * 2


def test_no_code_of_a_sentence_is_left_bare(served: Served) -> None:
    tray = tray_of(served, pos=True)
    number = sell(served)["number"]
    post(served, "/refunds", {"sale": number, "intent": B})
    for language in LANGUAGES:
        assert not [line for line in written(tray, language) if "_" in line or "{" in line]
