"""What holds for every sale and every way of returning it (default policy)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty import Basket, Line, Lot, Programme, TillState, imbalance, price
from loyalty.basket import LineKind
from loyalty.refund_policy import RefundPolicy, Threshold
from loyalty.refund_sale import Known, SoldSale
from loyalty.sale import Tender, TenderKind
from loyalty.standing import Standing
from loyalty.value import ValueLot
from tests.loyalty.material import NAME, NOON, line, member, spend_and_save, tier_percent
from tests.loyalty.refund_material import Desk, made, rules, standing_after

RULES = settings(derandomize=True, max_examples=80, deadline=None)
GTINS = ("10000000", "10000001", "10000002")
KINDS = (LineKind.GOODS, LineKind.GOODS, LineKind.GOODS, LineKind.FREIGHT, LineKind.TIP)
PARTS = st.integers(0, 99)
TAXES = [None, "inclusive", "exclusive"]
VALUE_LOTS = (ValueLot("v1", 3000, 1000, 0, "2026-01-01"), ValueLot("v2", 40000, 7001, 0, "2026-02-01"))


def offers() -> st.SearchStrategy[list[dict[str, Any]]]:
    saves = st.builds(lambda least, part: spend_and_save(least, 1 + least * part // 100), st.integers(1, 9000), PARTS)
    free = st.just({"id": "free", "kind": "buy_get", "priority": 5, "name": NAME, "buy": 1, "get": 1})
    return st.lists(st.one_of(saves, free, st.just(tier_percent())), max_size=3, unique_by=lambda offer: offer["id"])


EARNING = st.lists(st.tuples(st.integers(1, 30), st.integers(1, 2000), st.sampled_from(GTINS)), max_size=2)


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    """Any earning by product and order, any worth of a point, taxes in or on top, coins or none."""
    by_product = [
        {"id": f"p{number}", "points": points, "per": per, "products": [gtin]}
        for number, (points, per, gtin) in enumerate(draw(EARNING))
    ]
    by_order = {"id": "order", "points": 1, "per": draw(st.sampled_from([1, 7, 100, 1000]))}
    points, money = draw(st.sampled_from([100, 10, 3, 1])), draw(st.sampled_from([100, 250, 7]))
    mode = draw(st.sampled_from(TAXES))
    changes: dict[str, Any] = {
        "earning": [{"name": NAME, "by_tier": False, **rule} for rule in (by_order, *by_product)],
        "points_as_money": {"points": points, "money": money, "cap": [1, 1]},
        "cash_rounding": draw(st.sampled_from([0, 10])),
        "stored_value": {},
    }
    if mode:
        changes["tax"] = {"mode": mode, "default": "all", "rates": [{"id": "all", "rate": [13, 100]}]}
    return rules(*draw(offers()), **changes)


@st.composite
def some_lines(draw: st.DrawFn) -> tuple[Line, ...]:
    shape = st.tuples(st.integers(0, 4000), st.integers(1, 4), st.sampled_from(GTINS), st.sampled_from(KINDS))
    shapes = enumerate(draw(st.lists(shape, min_size=1, max_size=5)), 1)
    return tuple(replace(line(no, cost, count, gtin), kind=kind) for no, (cost, count, gtin, kind) in shapes)


@st.composite
def sales(draw: st.DrawFn) -> tuple[SoldSale, Programme]:
    """A sale of up to five lines, paid with points, stored value, card and cash in some shares."""
    programme = draw(programmes())
    amounts = draw(st.lists(st.integers(1, 3000), max_size=3))
    lots = tuple(Lot(f"l{no}", points, "2026-01-01") for no, points in enumerate(amounts))
    state = TillState(lots, "P4", value=VALUE_LOTS)
    basket = Basket(draw(some_lines()), points=draw(st.integers(0, sum(amounts))))
    who = member(draw(st.sampled_from(["regular", "gold"])))
    due = price(basket, who, programme, NOON, state).due
    return made(basket, programme, who, state, *tenders(due, draw(PARTS), draw(PARTS), programme)), programme


def tenders(due: int, by_value: int, by_card: int, programme: Programme) -> list[Tender]:
    value = min(due * by_value // 100, sum(lot.left for lot in VALUE_LOTS))
    by_card = (due - value) * by_card // 100
    parts = [Tender(TenderKind.STORED_VALUE, value), Tender(TenderKind.CARD, by_card)]
    cash = due - value - by_card + (programme.cash_rounding if due > value + by_card else 0)
    return [each for each in (*parts, Tender(TenderKind.CASH, cash)) if each.amount]


def lots_now(sale: SoldSale) -> tuple[ValueLot, ...]:
    spent: dict[str, int] = {}
    for part in sale.sale.value:
        spent[part.lot] = spent.get(part.lot, 0) + part.total
    return tuple(lot.spend(spent.get(lot.id, 0)) for lot in VALUE_LOTS)


@st.composite
def some_returns(draw: st.DrawFn, sale: SoldSale, *, everything: bool) -> list[list[tuple[int, int]]]:
    """Returns one after the other, each of some units of some lines, in any order."""
    units = [line.no for line in sale.quote.lines for _ in line.units]
    if not everything:
        units = units[: draw(st.integers(1, len(units)))]
    shuffled = draw(st.randoms(use_true_random=False)).sample(units, len(units))
    parts, start = [], 0
    while start < len(shuffled):
        end = start + draw(st.integers(1, 4))
        chunk = shuffled[start:end]
        parts.append([(no, chunk.count(no)) for no in sorted(set(chunk))])
        start = end
    return parts


def together(parts: list[list[tuple[int, int]]]) -> list[tuple[int, int]]:
    counts: dict[int, int] = {}
    for no, quantity in (pair for part in parts for pair in part):
        counts[no] = counts.get(no, 0) + quantity
    return sorted(counts.items())


def desk_of(sale: SoldSale, programme: Programme, gone: int = 0, debt: int = 0) -> Desk:
    return Desk(sale, programme, standing_after(sale, gone=gone, debt=debt), known=Known(value=lots_now(sale)))


def held(standing: Standing) -> tuple[int, int]:
    return sum(lot.points for lot in (*standing.lease, *standing.pool)), standing.debt


@RULES
@given(st.data(), sales(), st.integers(0, 3000), st.integers(0, 500))
def test_however_a_return_is_divided_it_ends_where_one_return_ends(
    data: st.DataObject, case: tuple[SoldSale, Programme], gone: int, debt: int
) -> None:
    sale, programme = case
    parts = data.draw(some_returns(sale, everything=data.draw(st.booleans())))
    divided, once = desk_of(sale, programme, gone, debt), desk_of(sale, programme, gone, debt)
    for part in parts:
        divided.take(*part)
    once.take(*together(parts))
    assert replace(divided.so_far, tenders=(), cash=0) == replace(once.so_far, tenders=(), cash=0)
    assert held(divided.standing) == held(once.standing)
    assert divided.taken == once.taken
    assert divided.money == once.money
    if not any(done.collected for done in divided.done):
        assert divided.so_far == once.so_far
        assert sorted(divided.known.value, key=str) == sorted(once.known.value, key=str)


@RULES
@given(st.data(), sales())
def test_when_all_has_come_back_all_has_gone_back(data: st.DataObject, case: tuple[SoldSale, Programme]) -> None:
    sale, programme = case
    desk = desk_of(sale, programme)
    for part in data.draw(some_returns(sale, everything=True)):
        desk.take(*part)
    so_far, quote = desk.so_far, sale.quote
    assert desk.done[-1].complete
    assert (so_far.money, so_far.points_back, so_far.points_taken) == (quote.due, quote.use.points, sale.earned)
    assert so_far.value == quote.due + quote.use.money
    assert all(side.left == 0 for side in so_far.tenders)
    assert so_far.cash == sum(tender.amount for tender in sale.sale.tenders if tender.kind is TenderKind.CASH)
    assert desk.known.value == VALUE_LOTS
    assert held(desk.standing) == (sum(lot.points for lot in sale.state.lots), 0)
    assert sum(line.tax for done in desk.done for line in done.lines) == sum(line.tax for line in quote.lines)
    assert sum(line.base for done in desk.done for line in done.lines) == sum(sale.bases)


@RULES
@given(st.data(), sales(), st.integers(0, 3000))
def test_every_return_adds_up_and_never_goes_past_the_sale(
    data: st.DataObject, case: tuple[SoldSale, Programme], gone: int
) -> None:
    sale, programme = case
    desk = desk_of(sale, programme, gone)
    cash_in = sum(tender.amount for tender in sale.sale.tenders if tender.kind is TenderKind.CASH)
    for part in data.draw(some_returns(sale, everything=False)):
        done = desk.take(*part)
        assert imbalance(done.postings) == {}
        assert done.value == sum(line.amount for line in done.lines) >= 0
        assert done.given == done.money - done.deducted + done.cash_rounding
        assert sum(back.lot.points for back in done.lots_back) == done.points_back >= 0
        assert done.taken.points >= 0
        assert abs(done.cash_rounding) < 10
        assert all(tender.amount > 0 for tender in done.tenders)
        assert done.money >= 0 or _worth_of_a_point(programme) > 1
        so_far = desk.so_far
        assert so_far.money <= sale.quote.due
        assert so_far.points_back <= sale.quote.use.points
        assert so_far.points_taken <= sale.earned
        assert so_far.cash <= cash_in


def _worth_of_a_point(programme: Programme) -> int:
    use = programme.points_as_money
    return -(-use.money // use.points)


@RULES
@given(st.data(), sales(), st.integers(0, 200))
def test_the_debt_cap_is_passed_only_where_all_the_money_is_deducted(
    data: st.DataObject, case: tuple[SoldSale, Programme], cap: int
) -> None:
    sale, programme = case
    desk = Desk(sale, programme, Standing(), RefundPolicy(debt_cap=cap), Known(value=lots_now(sale)))
    for part in data.draw(some_returns(sale, everything=True)):
        done = desk.take(*part)
        assert 0 <= done.deducted <= max(0, done.money)
        assert done.standing.debt <= cap or done.deducted == max(0, done.money)
    assert desk.taken == sale.earned
    cancelled = sum(done.taken.cancelled for done in desk.done)
    paid = sum(done.debt_paid for done in desk.done)
    assert cancelled + paid + desk.standing.debt + desk.so_far.bought == sale.earned


@RULES
@given(st.data(), sales())
def test_tested_again_no_more_goes_out_than_came_in_and_all_in_the_end(
    data: st.DataObject, case: tuple[SoldSale, Programme]
) -> None:
    sale, programme = case
    policy = RefundPolicy(threshold=Threshold.TEST_AGAIN)
    desk = Desk(sale, programme, policy=policy, known=Known(value=lots_now(sale)))
    for part in data.draw(some_returns(sale, everything=True)):
        done = desk.take(*part)
        assert desk.money <= sale.quote.due
        assert done.rest_costs == sale.quote.due + sale.quote.use.money - desk.so_far.value
    assert (desk.money, desk.so_far.points_back) == (sale.quote.due, sale.quote.use.points)
