"""What holds for every basket, member and programme."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty import Basket, Line, Programme, TillState, imbalance, price, read_programme, to_json
from protocol import canonical
from tests.loyalty.material import (
    NOON,
    document,
    line,
    member,
    member_price,
    quote,
    sold,
    spend_and_save,
    tier_percent,
    till,
)

GTINS = ("10000000", "10000001", "10000002")
CATEGORIES = ("snacks", "tobacco")
RULES = settings(derandomize=True, max_examples=150, deadline=None)


@st.composite
def some_lines(draw: st.DrawFn) -> tuple[Line, ...]:
    shapes = st.tuples(st.integers(0, 5000), st.integers(1, 5), st.sampled_from(GTINS), st.sampled_from(CATEGORIES))
    return tuple(line(no, *shape) for no, shape in enumerate(draw(st.lists(shapes, max_size=6)), 1))


def price_offers() -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(GTINS), st.integers(0, 5000), min_size=1).map(member_price)


def sum_offers() -> st.SearchStrategy[dict[str, Any]]:
    excluded = st.sampled_from([(), ("tobacco",)])
    saves = st.builds(
        lambda threshold, part, members, without: spend_and_save(
            threshold, max(1, threshold * part // 100), "x", 3, members, excluded_categories=list(without)
        ),
        st.integers(1, 20000),
        st.integers(1, 100),
        st.booleans(),
        excluded,
    )
    return st.one_of(saves, excluded.map(lambda without: tier_percent(excluded=without)))


@st.composite
def some_offers(draw: st.DrawFn) -> list[dict[str, Any]]:
    offers = draw(st.lists(st.one_of(price_offers(), sum_offers()), max_size=4))
    return [{**offer, "id": f"o{number}"} for number, offer in enumerate(offers)]


def rules(offers: list[dict[str, Any]]) -> Programme:
    return read_programme(document(*offers, cash_rounding=10))


TIERS = st.sampled_from(["regular", "gold", "half"])


@RULES
@given(some_lines(), some_offers(), TIERS)
def test_no_line_goes_below_zero_and_every_amount_adds_up(
    lines: tuple[Line, ...], offers: list[dict[str, Any]], tier: str
) -> None:
    priced = quote(Basket(lines, points=700), rules(offers), member(tier), till(500, 600))
    for each in priced.lines:
        assert 0 <= each.base <= each.net <= each.gross
        assert sum(each.units) == each.gross - each.net == sum(reason.amount for reason in each.reasons)
        assert max(each.units) * each.quantity <= each.gross + each.quantity - 1
    assert sum(each.net for each in priced.lines) == priced.net
    assert sum(each.base for each in priced.lines) == priced.due >= 0
    assert {reason.offer for reason in priced.reasons}.isdisjoint(missed.offer for missed in priced.missed)
    assert len(priced.reasons) + len(priced.missed) == len(offers)


@RULES
@given(some_lines(), some_offers(), TIERS, st.randoms(use_true_random=False))
def test_the_order_of_the_lines_does_not_change_the_quote(
    lines: tuple[Line, ...], offers: list[dict[str, Any]], tier: str, random: Random
) -> None:
    shuffled = random.sample(lines, len(lines))
    own = quote(Basket(lines), rules(offers), member(tier))
    assert quote(Basket(tuple(shuffled)), rules(offers), member(tier)) == own


@RULES
@given(some_lines(), some_offers(), TIERS, st.randoms(use_true_random=False))
def test_the_numbers_of_the_lines_do_not_change_the_total(
    lines: tuple[Line, ...], offers: list[dict[str, Any]], tier: str, random: Random
) -> None:
    """Where every offer covers all categories; otherwise a left-over unit may fall into another category (D01)."""
    everywhere = [{key: value for key, value in offer.items() if key != "excluded_categories"} for offer in offers]
    shuffled = random.sample(lines, len(lines))
    renumbered = tuple(replace(each, no=no) for no, each in enumerate(shuffled, 1))
    own = quote(Basket(lines), rules(everywhere), member(tier))
    assert quote(Basket(renumbered), rules(everywhere), member(tier)).net == own.net


@RULES
@given(some_lines(), some_offers(), TIERS)
def test_one_more_lawful_offer_never_raises_the_total(
    lines: tuple[Line, ...], offers: list[dict[str, Any]], tier: str
) -> None:
    totals = [quote(Basket(lines), rules(offers[:count]), member(tier)).net for count in range(len(offers) + 1)]
    assert totals == sorted(totals, reverse=True)


@RULES
@given(some_lines(), some_offers(), TIERS)
def test_a_member_never_pays_more_than_a_guest(
    lines: tuple[Line, ...], offers: list[dict[str, Any]], tier: str
) -> None:
    own, guest = quote(Basket(lines), rules(offers), member(tier)), quote(Basket(lines), rules(offers))
    assert own.net <= guest.net == own.guest_net


@RULES
@given(
    some_lines().filter(bool),
    some_offers(),
    TIERS,
    st.integers(0, 2000),
    st.sampled_from(["P1", "P2", "P3", "P4"]),
    st.lists(st.integers(0, 900), max_size=4),
)
def test_postings_balance_and_nothing_is_spent_that_is_not_there(
    lines: tuple[Line, ...],
    offers: list[dict[str, Any]],
    tier: str,
    asked: int,
    assurance: str,
    lots: list[int],
) -> None:
    state = till(*lots, assurance=assurance)
    sale = sold(Basket(lines, points=min(asked, sum(lots))), rules(offers), member(tier), state)
    assert imbalance(sale.postings) == {}
    drawn = {lot.id: lot.points for lot in state.lots}
    for posting in sale.postings:
        if posting.lot in drawn and posting.amount < 0:
            assert -posting.amount <= drawn[posting.lot]
    assert all(each.points > 0 for each in sale.quote.earned)
    assert sale.quote.earns >= 0
    assert sum(tender.amount for tender in sale.tenders) == sale.quote.due + sale.rounding


@RULES
@given(some_lines(), some_offers(), TIERS)
def test_the_same_input_gives_the_same_bytes(lines: tuple[Line, ...], offers: list[dict[str, Any]], tier: str) -> None:
    state = TillState(till(500).lots, "P1")
    basket = Basket(lines, frozenset({"o1", "o3", "other"}), 200)
    one, other = (canonical.encode(to_json(price(basket, member(tier), rules(offers), NOON, state))) for _ in range(2))
    assert one == other
