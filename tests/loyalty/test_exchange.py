"""Goods against goods: a refund and a sale in one act, of which only the difference moves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty import Basket, Line, Programme, Refused, Tender, TillState, Verdict, imbalance
from loyalty.basket import MemberFacts
from loyalty.exchange import Exchange, Purchase, exchange, exchange_preview
from loyalty.refund_policy import RefundPolicy, Threshold
from loyalty.refund_sale import Known, SoldSale
from loyalty.refund_state import state_after
from loyalty.sale import TenderKind
from tests.loyalty.material import NAME, basket, card, cash, line, member, spend_and_save, till
from tests.loyalty.refund_material import NEXT_DAY, Desk, made, rules, standing_after
from tests.loyalty.test_refund_properties import RULES, VALUE_LOTS, lots_now, sales, some_lines

PLAIN = rules()
DIMES = rules(cash_rounding=10)


def swap(
    desk: Desk, back: tuple[tuple[int, int], ...], wanted: Basket, *more: Tender, state: TillState | None = None
) -> Exchange | Refused:
    done = desk.take(*back)
    known = state or replace(desk.sale.state, value=desk.known.value)
    return exchange(done, Purchase(wanted, desk.sale.member, desk.rules, known), NEXT_DAY, more, "lot-2")


def swapped(answer: Exchange | Refused) -> Exchange:
    assert isinstance(answer, Exchange), answer
    assert imbalance(answer.postings) == {}
    return answer


def one_line(rules: Programme, price: int, *paid: Tender, who: MemberFacts | None = None) -> Desk:
    return Desk(made(basket(price), rules, who or member(), till(), *paid), rules)


def test_for_something_dearer_the_difference_is_paid() -> None:
    done = swapped(swap(one_line(PLAIN, 5000, card(5000)), ((1, 1),), basket(8000), card(3000)))
    assert (done.taken, done.given) == ((card(3000),), ())
    assert done.sale.tenders == (card(8000),)  # a later return goes back to the card, up to all of it
    assert done.points == 30


def test_for_something_cheaper_the_difference_is_given_back() -> None:
    done = swapped(swap(one_line(PLAIN, 5000, card(5000)), ((1, 1),), basket(2000)))
    assert (done.taken, done.given) == ((), (card(3000),))
    assert done.points == -30


def test_the_smallest_difference_moves_too() -> None:
    dearer = swapped(swap(one_line(PLAIN, 5000, card(5000)), ((1, 1),), basket(5001), card(1)))
    cheaper = swapped(swap(one_line(PLAIN, 5000, card(5000)), ((1, 1),), basket(4999)))
    assert (dearer.taken, cheaper.given) == ((card(1),), (card(1),))


def test_the_points_of_both_are_netted_in_the_postings() -> None:
    done = swapped(swap(one_line(PLAIN, 5000), ((1, 1),), basket(5000)))
    assert done.points == 0
    assert (done.taken, done.given) == ((), ())
    moved = {(each.account.value, each.lot): each.amount for each in done.postings}
    assert moved == {
        ("lease", "new-lot"): -50,
        ("cancelled", "new-lot"): 50,
        ("issued", "lot-2"): -50,
        ("lease", "lot-2"): 50,
    }


def test_what_was_paid_last_is_given_back_first() -> None:
    desk = one_line(PLAIN, 5000, card(3000), cash(2000))
    done = swapped(swap(desk, ((1, 1),), basket(3500)))
    assert done.given == (cash(1500),)
    assert done.sale.tenders == (card(3000), cash(500))


@pytest.mark.parametrize(("price", "given", "taken"), [(333, 210, 0), (336, 200, 0), (540, 0, 0), (789, 0, 250)])
def test_cash_is_rounded_on_each_side_and_never_handed_over_twice(price: int, given: int, taken: int) -> None:
    desk = one_line(DIMES, 543, cash(540))
    done = swapped(swap(desk, ((1, 1),), basket(price), *([cash(300)] if taken else [])))
    assert [each.amount for each in done.given] == ([given] if given else [])
    assert [each.amount for each in done.taken] == ([taken] if taken else [])
    assert all(each.kind is TenderKind.CASH for each in (*done.given, *done.taken))


def test_too_little_is_refused_with_the_amounts_of_the_new_basket() -> None:
    short = swap(one_line(PLAIN, 5000, card(5000)), ((1, 1),), basket(8000), card(1000))
    assert short == Refused(Verdict.TENDER_SHORT, {"due_minor": 8000, "given_minor": 6000})


def test_the_preview_says_the_difference_before_anything_is_paid() -> None:
    desk = one_line(PLAIN, 5000, card(5000))
    refund = desk.take((1, 1))
    preview = exchange_preview(refund, Purchase(basket(8000), member(), PLAIN, desk.sale.state), NEXT_DAY)
    assert (preview.difference, preview.quote.due, preview.refund) == (3000, 8000, refund)


def test_points_that_come_back_can_pay_again() -> None:
    sale = made(Basket((line(1, 5000),), points=2000), PLAIN, member(), till(2000))
    done = swapped(swap(Desk(sale, PLAIN), ((1, 1),), Basket((line(1, 4000),), points=2000)))
    assert done.sale.quote.use.points == 2000
    assert done.given == (card(1000),)
    assert done.points == -10


def test_stored_value_pays_again_from_the_lots_that_got_it_back() -> None:
    with_value = rules(stored_value={})
    from_lots = Desk(_paid_by_value(with_value), with_value)
    from_lots.known = Known(value=lots_now(from_lots.sale))
    done = swapped(swap(from_lots, ((1, 1),), basket(3000)))
    assert done.given == (Tender(TenderKind.STORED_VALUE, 2000),)
    assert {each.asset.value for each in done.postings} == {"points", "principal", "bonus"}


def _paid_by_value(rules: Programme) -> SoldSale:
    return made(basket(5000), rules, member(), replace(till(), value=VALUE_LOTS), Tender(TenderKind.STORED_VALUE, 5000))


def test_a_difference_that_the_rest_costs_is_paid_with_it() -> None:
    saves = rules(spend_and_save(20000, 3000))
    sale = made(basket(19000, 1000), saves, member(), till(), card(17000))
    desk = Desk(sale, saves, policy=RefundPolicy(threshold=Threshold.TEST_AGAIN))
    done = swapped(swap(desk, ((2, 1),), basket(500), card(500)))
    assert sorted(done.taken, key=str) == [card(500), cash(2000)]
    assert done.given == ()


def test_what_comes_back_with_a_full_return_can_be_used_again() -> None:
    offer = {"id": "first", "kind": "percent_off", "priority": 1, "name": NAME, "percent": [1, 2]}
    once = rules({**offer, "limits": [{"scope": "terminal", "measure": "times", "most": 1, "period": "day"}]})
    state = replace(till(), store="s01")
    sale = made(basket(1000, 1000), once, member(), state)
    (right,) = sale.quote.rights
    used = replace(state, used={right.key: 1})
    half, whole = Desk(sale, once).take((1, 1)), Desk(sale, once).take((1, 1), (2, 1))
    assert state_after(used, half).used == {right.key: 1}
    assert state_after(used, whole).used == {right.key: 0}


@RULES
@given(sales(), some_lines(), st.data())
def test_an_exchange_is_a_refund_and_a_sale(
    case: tuple[SoldSale, Programme], lines: tuple[Line, ...], data: st.DataObject
) -> None:
    sale, programme = case
    desk = Desk(sale, programme, known=Known(value=lots_now(sale)))
    refund = desk.take(*((line.no, data.draw(st.integers(1, len(line.units)))) for line in sale.quote.lines))
    purchase = Purchase(Basket(lines), sale.member, programme, replace(sale.state, value=desk.known.value))
    preview = exchange_preview(refund, purchase, NEXT_DAY)
    more = (cash(preview.difference + 20),) if preview.difference > 0 else ()
    done = swapped(exchange(refund, purchase, NEXT_DAY, more, "lot-2"))
    moved = sum(each.amount for each in done.taken) - sum(each.amount for each in done.given)
    assert moved == sum(each.amount for each in done.sale.tenders) - refund.given
    assert abs(moved - preview.difference) < 10
    before = sum(lot.points for lot in standing_after(sale).lease)
    after = sum(lot.points for lot in refund.standing.lease) - refund.standing.debt
    assert done.points == after - before + sum(each.points for each in done.sale.earned)
