"""Every kind of offer has its promise, in words that every language has."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty.offers import KINDS
from loyalty.quote import Step
from terminal.counter.promises import PROMISES, promise
from terminal.web.sentences import sentence
from tests.terminal.counter.offer_documents import ONE_OF_EACH, SHARE, offer, programme

SAID = {
    "member_price": ("1 种商品享会员价", "Member prices on 1 products"),
    "special_price": ("2 种商品特价", "Special prices on 2 products"),
    "quantity_price": ("1 种商品满 3 件起享团购价", "Lower prices from 3 of a kind, on 1 products"),
    "flash_sale": ("1 种商品限量秒杀", "Flash prices on 1 products, while they last"),
    "buy_get": ("买 2 送 1", "Buy 2, get 1 free"),
    "nth_unit": ("第 2 件：半价", "Every unit number 2: 50% off"),
    "cheapest_free": ("任选 3 件，最低价一件免费", "Take 3: the cheapest is free"),
    "bundle": ("3 件组合价 50.00", "3 together for 50.00"),
    "stamp_card": ("每买 10 件送 1 件，可累计", "Buy 10 over time, get 1 free"),
    "tier_percent": ("金卡享 8.8 折", "12% off for Gold"),
    "category_percent": ("指定品类 8 折", "20% off on chosen categories"),
    "percent_off": ("全单 8 折", "20% off on everything"),
    "spend_and_save": ("满 150.00 减 20.00", "Spend 150.00, save 20.00"),
}


def said(document: dict[str, Any]) -> tuple[str, str] | None:
    """What the one offer of a programme promises a gold member."""
    rules = programme(document)
    phrase = promise(rules.offers[0], rules.tier("gold"))
    return (sentence(phrase, "zh-CN"), sentence(phrase, "en")) if phrase else None


def test_there_is_one_of_each() -> None:
    assert [document["kind"] for document in ONE_OF_EACH] == list(dict.fromkeys(d["kind"] for d in ONE_OF_EACH))
    assert {document["kind"] for document in ONE_OF_EACH} == set(KINDS)


def test_all_but_coupons_are_promised() -> None:
    unpromised = {kind for kind in KINDS.values() if kind not in PROMISES}
    assert unpromised == {kind for kind in KINDS.values() if kind.step is Step.COUPON}


@pytest.mark.parametrize("document", ONE_OF_EACH, ids=lambda document: document["kind"])
def test_what_each_kind_says(document: dict[str, Any]) -> None:
    assert said(document) == SAID.get(document["kind"])


@pytest.mark.parametrize(
    ("document", "chinese"),
    [
        (offer("buy_get", buy=2, get=1, percent=[1, 2]), "买 2 件，另 1 件：半价"),
        (offer("bundle", parts=[{"quantity": 2, "categories": ["food"]}], **SHARE), "2 件一起买，8 折"),
        (
            offer("category_percent", rates=[{"categories": [c], "percent": [n, 10]} for c, n in (("a", 1), ("b", 2))]),
            "指定品类低至 8 折",
        ),
        (offer("percent_off", categories=["food"], **SHARE), "指定商品 8 折"),
        (offer("percent_off", threshold=9900, **SHARE), "满 99.00 享 8 折"),
        (offer("spend_and_save", threshold=5000, save=500, repeat=True), "每满 50.00 减 5.00"),
        (
            offer("spend_and_save", steps=[{"threshold": n * 10_000, "save": n * 1500} for n in (1, 2, 3)]),
            "满 100.00 减 15.00，多买多减，最多减 45.00",
        ),
    ],
)
def test_what_varies_within_a_kind_is_said_too(document: dict[str, Any], chinese: str) -> None:
    found = said(document)
    assert found is not None
    assert found[0] == chinese
    assert "{" not in found[1]
