"""A sale's detail: what goes in comes out, as the very inputs that priced it."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty import (
    Basket,
    Line,
    Lot,
    MemberFacts,
    Moment,
    Sale,
    Tender,
    TenderKind,
    TillState,
    price,
    read_programme,
    settle,
    to_json,
)
from protocol import canonical
from protocol.sale_detail import SaleDetail, SaleDetailError, recorded_quote, sale_detail
from tests.hq.tiny_chain import NAMES, NOW_MS, PROGRAMME
from tests.protocol.sale_examples import sale_detail as example

BASKET = Basket((Line(1, "6901234567892", 2, 990, "food"),), frozenset({"b", "a"}), 100)
MEMBER = MemberFacts("m1", "gold", "1991-05-17")
STATE = TillState((Lot("open.m1", 600, "2026-07-20", "2028-07-20"), Lot("empty", 0, "2026-07-20")), "P1", 50)
AT = Moment(NOW_MS, "Asia/Shanghai", 5)


def sell(member: MemberFacts | None = MEMBER) -> Sale:
    programme = read_programme(PROGRAMME)
    quote = price(BASKET, member, programme, AT, STATE)
    sale = settle(quote, member, [Tender(TenderKind.CASH, 10_000)], programme, AT, STATE, "lot-1")
    assert isinstance(sale, Sale)
    return sale


def test_the_inputs_come_back() -> None:
    sale = sell()
    detail = SaleDetail.read(canonical.decode(canonical.encode(sale_detail(BASKET, MEMBER, STATE, AT, sale))))
    assert detail.to_basket() == BASKET
    assert detail.to_member() == MEMBER
    assert detail.to_state() == TillState(STATE.lots[:1], "P1", 50)
    assert [(tender.kind, tender.amount) for tender in detail.tenders] == [(t.kind, t.amount) for t in sale.tenders]
    assert detail.cutoff_hours == 5
    assert detail.quote == recorded_quote(sale.quote)
    assert (detail.programme_version, detail.engine) == (3, sale.quote.engine)
    assert (detail.receipt.rounding, detail.receipt.change) == (sale.rounding, sale.change)


def test_what_comes_back_prices_the_same() -> None:
    sale = sell()
    detail = SaleDetail.read(sale_detail(BASKET, MEMBER, STATE, AT, sale))
    again = price(detail.to_basket(), detail.to_member(), read_programme(PROGRAMME), AT, detail.to_state())
    assert again == sale.quote


def test_the_offers_that_missed_are_not_recorded() -> None:
    """200 of them would be more than an operation can hold; all else of the quote is there."""
    offers = [
        {"id": f"save-{n}", "kind": "spend_and_save", "priority": n, "name": NAMES, "save": 1} for n in range(1, 201)
    ]
    crowded = {**PROGRAMME, "format": 2, "offers": [{**offer, "threshold": 10**6} for offer in offers]}
    quote = price(BASKET, None, read_programme(crowded), AT, TillState())
    assert len(quote.missed) == 200
    assert len(canonical.encode(recorded_quote(quote))) < 2000 < len(canonical.encode(to_json(quote)))
    assert to_json(quote).keys() - recorded_quote(quote).keys() == {"missed"}


def test_the_reasons_of_a_line_are_those_of_the_quote() -> None:
    quote = sell().quote
    for line, kept in zip(quote.lines, recorded_quote(quote)["lines"], strict=True):
        said = [quote.reasons[order - 1] for order, _ in kept["reasons"]]
        assert [(reason.offer, reason.step) for reason in line.reasons] == [(each.offer, each.step) for each in said]
        assert [[reason.order, reason.amount] for reason in line.reasons] == kept["reasons"] != []


def test_a_guest_has_no_member() -> None:
    basket = Basket(BASKET.lines)
    programme = read_programme(PROGRAMME)
    quote = price(basket, None, programme, AT, TillState())
    sale = settle(quote, None, [Tender(TenderKind.CARD, quote.due)], programme, AT, TillState(), "lot-1")
    assert isinstance(sale, Sale)
    assert SaleDetail.read(sale_detail(basket, None, TillState(), AT, sale)).to_member() is None


@pytest.mark.parametrize("change", [{"basket": {}}, {"quote": []}, {"cutoff_hours": 13}, {"more": 1}, {"engine": None}])
def test_another_shape_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(SaleDetailError):
        SaleDetail.read(example().model_dump(mode="json") | change)
