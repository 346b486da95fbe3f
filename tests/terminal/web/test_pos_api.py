"""A POS over HTTP: quote, commit, balance; who may, and what it says when it cannot."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from protocol.lease import GrantAsk
from terminal.counter.desk import Tap
from terminal.web.auth import COOKIE
from terminal.web.pos_api import SaleBody
from tests.terminal.counter.offer_documents import document, offer
from tests.terminal.counter.test_desk_rights import COUPONS
from tests.terminal.shops import ADA, BO, CY, LOST, NOON_MS, RICE, TEA
from tests.terminal.web.served import Served, served_shop

INTENT = "ab" * 16


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with served_shop(tmp_path) as shop:
        yield shop


def _basket(*items: tuple[str, int], **fields: Any) -> dict[str, Any]:
    return {"items": [{"gtin": gtin, "quantity": quantity} for gtin, quantity in items], **fields}


def _sale(amount: int, *items: tuple[str, int], **fields: Any) -> dict[str, Any]:
    return _basket(*items, intent=INTENT, tenders=[{"kind": "mobile", "amount": amount}], **fields)


def test_a_quote_explains_every_cent(served: Served) -> None:
    status, answer = served.pos("POST", "/api/v1/quote", _basket((RICE, 2), card={"uid": ADA}))
    assert status == 200
    basket = answer["basket"]
    assert (basket["gross"], basket["net"], basket["due"]) == (20000, 15600, 15600)
    taken = sum(reason["amount"] for line in basket["lines"] for reason in line["reasons"])
    assert taken == basket["saved"] == 4400
    assert answer["member"]["name"] == "王**"


def test_a_till_may_ask_what_would_happen_if(served: Served) -> None:
    """Without an offer, as a guest, with points, with a coupon: nothing is kept (D28)."""
    asked: list[dict[str, Any]] = [
        {"card": {"uid": ADA}},
        {"card": {"uid": ADA}, "removed": ["save-20"]},
        {},
        {"card": {"uid": ADA}, "points": 500},
        {"card": {"uid": ADA}, "coupons": ["K7Q2"]},
    ]
    answers = [served.pos("POST", "/api/v1/quote", _basket((RICE, 2), **wish))[1]["basket"] for wish in asked]
    assert [answer["due"] for answer in answers] == [15600, 17600, 20000, 15100, 15600]
    assert [answer["member_saves"] for answer in answers] == [4400, 2400, 0, 4400, 4400]
    unknown = {"code": "coupon_unknown", "params": {"code": "K7Q2"}}
    assert answers[4]["coupons"] == [{"coupon": "K7Q2", "used": False, "phrase": unknown}]
    assert served.test.shop.ledger.next_seq() == 1


@pytest.mark.parametrize(
    ("tender", "status", "code"),
    [
        ({"kind": "gift_card", "amount": 5000, "account": "gc-1"}, 409, "gift_card_not_available"),
        ({"kind": "gift_card", "amount": 5000, "account": "a b"}, 422, "body_invalid"),
        ({"kind": "stored_value", "amount": 5000}, 409, "value_not_offered"),
    ],
)
def test_value_that_is_not_here_is_refused_with_its_reason(
    served: Served, tender: dict[str, Any], status: int, code: str
) -> None:
    body = {**_sale(0, (TEA, 1)), "tenders": [tender]}
    got, answer = served.pos("POST", "/api/v1/sales", body)
    assert (got, answer["error"]["code"]) == (status, code)
    assert served.test.shop.ledger.next_seq() == 1


def test_a_request_without_what_came_later_is_the_same_request_as_before() -> None:
    """The digest of an intent must not change with the release, or a POS that asks again is taken for another."""
    body = SaleBody.model_validate(_sale(5000, (TEA, 1)))
    assert set(body.model_dump()) == {"items", "card", "removed", "points", "intent", "tenders"}
    assert body.model_dump()["tenders"] == [{"kind": "mobile", "amount": 5000}]


def test_a_sale_is_committed_once_for_its_intent(served: Served) -> None:
    body = _sale(15600, (RICE, 2), card={"uid": ADA})
    status, first = served.pos("POST", "/api/v1/sales", body)
    assert status == 201
    assert served.pos("POST", "/api/v1/sales", body) == (201, first)
    other = _sale(5000, (TEA, 1))
    status, answer = served.pos("POST", "/api/v1/sales", other)
    assert (status, answer["error"]["code"]) == (409, "intent_conflict")
    assert served.test.shop.ledger.next_seq() == 2


def test_balance_says_what_is_certain_what_waits_and_how_old(served: Served) -> None:
    served.pos("POST", "/api/v1/sales", _sale(15600, (RICE, 2), card={"uid": ADA}))
    status, answer = served.pos("POST", "/api/v1/balance", {"uid": ADA})
    assert status == 200
    assert answer["balance"] == {
        "total": 1234,
        "here": 834,
        "waiting": 234,
        "debt": 0,
        "as_of_ms": served.test.clock.utc_ms,
        "value": {"total": 0, "here": 0, "waiting": 0},
    }


def test_status_counts_what_waits_for_hq(served: Served) -> None:
    assert served.pos("GET", "/api/v1/status")[1]["waiting"] == 0
    served.pos("POST", "/api/v1/sales", _sale(5000, (TEA, 1)))
    assert served.pos("GET", "/api/v1/status")[1]["waiting"] == 1


def test_online_the_missing_points_are_asked_of_hq(served: Served) -> None:
    served.lender.generous = True
    status, answer = served.pos("POST", "/api/v1/quote", _basket((RICE, 5), card={"uid": ADA}, points=800))
    assert status == 200
    assert served.lender.asked == [GrantAsk(member="m1", points=200, after=0)]
    assert answer["basket"]["use"]["points"] == 800


def test_online_a_coupon_that_is_not_here_is_asked_of_hq(served: Served) -> None:
    """The member's own first, then anybody's; offline it is simply not known here."""
    served.test.programme(COUPONS)
    wish = _basket((TEA, 1), card={"uid": CY}, coupons=["K7Q2"])
    _, answer = served.pos("POST", "/api/v1/quote", wish)
    assert [coupon["phrase"]["code"] for coupon in answer["basket"]["coupons"]] == ["coupon_unknown"]
    asked = [GrantAsk(member=member, after=0, coupons=("K7Q2",)) for member in ("m3", None)]
    assert served.lender.asked == asked
    served.lender.generous = True
    _, answer = served.pos("POST", "/api/v1/quote", wish)
    assert answer["basket"]["due"] == 4000


def test_at_the_counter_too(served: Served) -> None:
    served.test.programme(COUPONS)
    served.lender.generous = True
    screen = {"cookie": f"{COOKIE}=screen-secret"}
    served.request("POST", "/api/v1/counter/scan", {"code": TEA}, **screen)
    status, _ = served.request("POST", "/api/v1/counter/coupon", {"code": "K7Q2", "chosen": True}, **screen)
    assert status == 200
    assert served.lender.asked == [GrantAsk(member=None, after=0, coupons=("K7Q2",))]


ONE_EACH = {"scope": "member", "measure": "times", "most": 1}
CHEAP_TEA = document(offer("flash_sale", prices={TEA: 100}, limits=[ONE_EACH]), version=4)
ITS_LIMIT = GrantAsk(member="m1", after=0, limits={"member:times:ever:flash_sale-1:m1": 1})


def test_online_a_quote_asks_for_what_limits_its_offers_and_a_sale_does_not(served: Served) -> None:
    """The price of a sale was shown already."""
    served.test.programme(CHEAP_TEA)
    served.test.online = True
    served.lender.generous = True
    wish = {"card": {"uid": ADA}}
    assert served.pos("POST", "/api/v1/sales", _sale(5000, (TEA, 1), **wish))[0] == 201
    assert served.lender.asked == []
    assert served.pos("POST", "/api/v1/quote", _basket((TEA, 1), **wish))[1]["basket"]["due"] == 100
    assert served.lender.asked == [ITS_LIMIT]


def test_at_the_counter_it_is_asked_for_before_money_is_taken(served: Served) -> None:
    served.test.programme(CHEAP_TEA)
    served.test.online = True
    served.lender.generous = True
    served.station.do(lambda desk: desk.card(ADA, "uid", Tap("t1", 0))).result(10)
    screen = {"cookie": f"{COOKIE}=screen-secret"}
    served.request("POST", "/api/v1/counter/scan", {"code": TEA}, **screen)
    assert served.lender.asked == []
    assert served.request("POST", "/api/v1/counter/paying", {"on": True}, **screen)[0] == 200
    assert served.lender.asked == [ITS_LIMIT]
    assert served.station.ask(lambda desk: desk.quote().due).result(10) == 100
    served.request("POST", "/api/v1/counter/paying", {"on": False}, **screen)
    assert served.lender.asked == [ITS_LIMIT]


def test_offline_the_answer_names_what_is_available(served: Served) -> None:
    body = _sale(100, (RICE, 5), card={"uid": ADA}, points=800)
    status, answer = served.pos("POST", "/api/v1/sales", body)
    assert status == 409
    assert answer["error"]["code"] == "points_not_available"
    assert answer["error"]["params"] == {"asked": 800, "available": 600, "waiting": 0, "as_of_ms": NOON_MS}
    assert "600" in answer["error"]["message"]


def test_sentences_come_in_the_language_that_was_asked_for(served: Served) -> None:
    answers = [
        served.pos("POST", "/api/v1/balance", {"uid": LOST}, accept_language=tag)[1]["error"]["message"]
        for tag in ("en-GB,en;q=0.9", "fr", "zh-CN", "zh-Hant-HK, en")
    ]
    assert answers[0] == answers[1]
    assert answers[2] == "这张卡已停用。请到收银台咨询。"
    assert answers[3] == "這張卡片已停用。請洽收銀台。"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"uid": BO}, 403, "member_blocked"),
        ({"uid": LOST}, 403, "card_blocked"),
        ({"uid": "04FFFFFFFFFFFF"}, 404, "card_unknown"),
        ({"uid": "xyz"}, 422, "body_invalid"),
        ({"uid": 7}, 422, "body_invalid"),
        ({"uid": ADA, "more": 1}, 422, "body_invalid"),
        ({}, 422, "body_invalid"),
        ([], 422, "body_invalid"),
        ("x" * 70_000, 413, "body_too_large"),
    ],
)
def test_a_balance_that_cannot_be_given_says_why(served: Served, body: object, status: int, code: str) -> None:
    got, answer = served.pos("POST", "/api/v1/balance", body)
    assert (got, answer["error"]["code"]) == (status, code)
    assert answer["error"]["message"] != code


@pytest.mark.parametrize(
    ("item", "status", "code"),
    [
        ((TEA, 0), 422, "quantity_invalid"),
        ((TEA, -3), 422, "quantity_invalid"),
        ((TEA, 1000), 422, "quantity_invalid"),
        ((TEA, 1.5), 422, "body_invalid"),
        ((TEA, "1"), 422, "body_invalid"),
        ((TEA, True), 422, "body_invalid"),
        (("4006381333933", 1), 422, "barcode_bad_check_digit"),
        (("6901234567885", 1), 404, "barcode_unknown"),
        (("https://pay.example/1", 1), 422, "barcode_foreign"),
    ],
)
def test_a_bad_item_is_named_and_nothing_is_written(served: Served, item: Any, status: int, code: str) -> None:
    got, answer = served.pos("POST", "/api/v1/sales", _sale(5000, item))
    assert (got, answer["error"]["code"]) == (status, code)
    assert served.test.shop.ledger.next_seq() == 1


def test_without_the_token_nothing_is_told(served: Served) -> None:
    assert served.request("POST", "/api/v1/balance", {"uid": ADA})[0] == 401
    status, answer = served.request("POST", "/api/v1/balance", {"uid": ADA}, authorization="Bearer wrong")
    assert (status, answer["error"]["code"]) == (401, "token_wrong")


def test_the_token_does_not_open_the_counter(served: Served) -> None:
    status, answer = served.pos("POST", "/api/v1/counter/scan", {"code": TEA})
    assert (status, answer["error"]["code"]) == (401, "token_missing")


def test_errors_of_routing_have_the_same_shape(served: Served) -> None:
    status, answer = served.pos("GET", "/api/v1/nowhere")
    assert (status, answer["error"]["code"]) == (404, "not_found")
    status, answer = served.pos("GET", "/api/v1/sales")
    assert (status, answer["error"]["code"]) == (405, "not_found")


def test_a_name_that_is_not_loopback_is_refused(served: Served) -> None:
    assert served.request("GET", "/health", host="shop.example")[0] == 400


def test_the_openapi_document_names_the_pos_api(served: Served) -> None:
    _, document = served.request("GET", "/openapi.json")
    assert {"/api/v1/quote", "/api/v1/sales", "/api/v1/balance", "/api/v1/status"} <= set(document["paths"])
    answers = document["paths"]["/api/v1/sales"]["post"]["responses"]
    assert answers["409"]["content"]["application/json"]["schema"]["$ref"].endswith("/ProblemAnswer")
