"""What holds for every lot of stored value, whatever is done with it in whatever order."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty import Account, Asset, Posting, imbalance, price, settle
from loyalty.pay_out import PaidOut, can_be_paid_out, pay_out
from loyalty.sale import Sale, TenderKind
from loyalty.value import Draw, ValueLot
from loyalty.value_draw import draw_value, expire_bonus, give_back
from loyalty.value_move import ValueMove, ValuePart, after_moves, issue_value
from tests.loyalty.material import BARE, NOON, basket, card, member
from tests.loyalty.value_material import by_value, purse, value_programme

PROPERTY = settings(derandomize=True, max_examples=200, deadline=None)
PER_ONE = value_programme(earning=[{**BARE["earning"][0], "per": 100}])
DATES = st.sampled_from([None, "2026-02-28", "2026-06-30", "2026-12-31"])


def some_lots(most: int = 3, least: int = 1) -> st.SearchStrategy[tuple[ValueLot, ...]]:
    amounts = st.integers(0, 2_000)
    lot = st.builds(
        ValueLot, st.just(""), amounts, amounts, st.just(0), st.just("2026-01-01"), DATES, st.sampled_from(Draw)
    )
    lots = st.lists(lot, min_size=least, max_size=most)
    return lots.map(lambda found: tuple(replace(each, id=f"v{number}") for number, each in enumerate(found)))


def left(lots: tuple[ValueLot, ...]) -> int:
    return sum(lot.left for lot in lots)


def parts_of(moves: tuple[ValueMove, ...]) -> tuple[ValuePart, ...]:
    return tuple(move.part() for move in moves)


Balances = dict[tuple[Account, Asset, str], int]


def fold(postings: list[Posting]) -> Balances:
    sums: Balances = defaultdict(int)
    for posting in postings:
        sums[posting.account, posting.asset, posting.lot] += posting.amount
    return sums


def agree(lots: tuple[ValueLot, ...], postings: list[Posting]) -> None:
    """The books and the lots tell one story, and nothing is below zero."""
    books = fold(postings)
    assert imbalance(postings) == {}
    for lot in lots:
        assert books[Account.LEASE, Asset.PRINCIPAL, lot.id] == lot.principal_left >= 0
        assert books[Account.LEASE, Asset.BONUS, lot.id] == lot.bonus_left >= 0
        assert books[Account.REDEEMED, Asset.PRINCIPAL, lot.id] == lot.principal_spent >= 0
        assert books[Account.REDEEMED, Asset.BONUS, lot.id] == lot.bonus_spent >= 0
        assert books[Account.PAID_OUT, Asset.PRINCIPAL, lot.id] == lot.paid_out
        gone = books[Account.CANCELLED, Asset.BONUS, lot.id] + books[Account.EXPIRED, Asset.BONUS, lot.id]
        assert gone == lot.bonus_ended
        assert lot.principal == lot.principal_left + lot.principal_spent + lot.paid_out
        assert lot.bonus == lot.bonus_left + lot.bonus_spent + lot.bonus_ended


@PROPERTY
@given(some_lots(), st.data())
def test_principal_and_bonus_never_appear_or_vanish(lots: tuple[ValueLot, ...], data: st.DataObject) -> None:
    postings = [posting for lot in lots for posting in issue_value(lot)]
    drawn: list[tuple[ValuePart, ...]] = []
    for step in data.draw(st.lists(st.sampled_from(["draw", "back", "out", "expire"]), max_size=8)):
        moves: tuple[ValueMove, ...] = ()
        ended = Account.CANCELLED
        if step == "draw":
            moves = draw_value(lots, data.draw(st.integers(0, left(lots))))
            drawn.append(parts_of(moves))
        elif step == "back" and drawn:
            parts = drawn.pop(data.draw(st.integers(0, len(drawn) - 1)))
            moves = give_back(lots, parts, data.draw(st.integers(0, sum(part.total for part in parts))))
        elif step == "out":
            lot = data.draw(st.sampled_from(lots))
            moves = (ValueMove(lot, lot.pay_out(data.draw(st.integers(0, lot.principal_left)))),)
        elif step == "expire":
            moves, ended = expire_bonus(lots, data.draw(st.sampled_from(["2026-07-01", "2027-01-01"]))), Account.EXPIRED
        lots = after_moves(lots, moves)
        postings += [posting for move in moves for posting in move.postings(ended)]
        agree(lots, postings)


@PROPERTY
@given(some_lots(), st.data())
def test_drawing_in_parts_is_drawing_at_once(lots: tuple[ValueLot, ...], data: st.DataObject) -> None:
    amount = data.draw(st.integers(0, left(lots)))
    at_once = draw_value(lots, amount)
    in_parts, wanted, postings = lots, amount, list[Posting]()
    while wanted:
        part = data.draw(st.integers(1, wanted))
        moves = draw_value(in_parts, part)
        assert sum(move.principal + move.bonus for move in moves) == part
        in_parts, wanted = after_moves(in_parts, moves), wanted - part
        postings += [posting for move in moves for posting in move.postings()]
    assert in_parts == after_moves(lots, at_once)
    whole = fold([posting for move in at_once for posting in move.postings()])
    assert {key: amount for key, amount in fold(postings).items() if amount} == whole


@PROPERTY
@given(some_lots(), st.data())
def test_giving_back_what_was_drawn_restores_the_lots(lots: tuple[ValueLot, ...], data: st.DataObject) -> None:
    before = after_moves(lots, draw_value(lots, data.draw(st.integers(0, left(lots)))))
    moves = draw_value(before, data.draw(st.integers(0, left(before))))
    now, parts = after_moves(before, moves), parts_of(moves)
    drawn = sum(part.total for part in parts)
    already = 0
    while already < drawn:
        amount = data.draw(st.integers(1, drawn - already))
        now, already = after_moves(now, give_back(now, parts, amount, already)), already + amount
    assert now == before


@PROPERTY
@given(some_lots(), st.data())
def test_after_a_pay_out_drawing_and_giving_back_still_restore(lots: tuple[ValueLot, ...], data: st.DataObject) -> None:
    spent = after_moves(lots, draw_value(lots, data.draw(st.integers(0, left(lots)))))
    out = tuple(lot.pay_out(data.draw(st.integers(0, lot.principal_left))) for lot in spent)
    moves = draw_value(out, data.draw(st.integers(0, left(out))))
    now = after_moves(out, moves)
    assert after_moves(now, give_back(now, parts_of(moves), sum(part.total for part in parts_of(moves)))) == out


@PROPERTY
@given(some_lots(), st.integers(0, 5_000), st.integers(1, 7_000), st.sampled_from([0, 5, 10]), st.booleans())
def test_a_pay_out_never_gives_more_than_the_principal_that_is_left(
    lots: tuple[ValueLot, ...], spent: int, asked: int, coin: int, cash: bool
) -> None:
    lots = after_moves(lots, draw_value(lots, min(spent, left(lots))))
    rules = value_programme(cash_rounding=coin)
    by = TenderKind.CASH if cash else TenderKind.CARD
    held = can_be_paid_out(lots)
    for wish in (asked, None):
        out = pay_out(wish, by, member(), rules, NOON, purse(*lots))
        if not isinstance(out, PaidOut):
            assert wish is None or wish > held or wish % coin
            continue
        assert 0 < out.amount <= held
        assert can_be_paid_out(out.lots) == held - out.amount
        assert all(lot.bonus_left == 0 for lot in out.lots if lot.paid_out)
        assert imbalance(out.postings) == {}


@PROPERTY
@given(some_lots(), st.lists(st.integers(1, 3_000), min_size=1, max_size=4), st.data())
def test_a_sale_draws_what_it_was_paid_and_the_base_is_what_earns(
    lots: tuple[ValueLot, ...], prices: list[int], data: st.DataObject
) -> None:
    state, goods = purse(*lots), basket(*prices)
    quote = price(goods, member(), PER_ONE, NOON, state)
    good = after_moves(lots, expire_bonus(lots, "2026-03-01"))
    paid = data.draw(st.integers(0, min(quote.due, left(good))))
    tenders = [by_value(paid)] * bool(paid) + [card(quote.due - paid)] * bool(quote.due - paid)
    sale = settle(quote, member(), tenders, PER_ONE, NOON, state, "new-lot", goods)
    assert isinstance(sale, Sale)
    assert imbalance(sale.postings) == {}
    bonus = sum(part.bonus for part in sale.value)
    assert sum(part.total for part in sale.value) == paid
    assert sum(sale.bases) == quote.due - bonus
    assert all(0 <= base <= line.net for base, line in zip(sale.bases, quote.lines, strict=True))
    redeemed = fold(list(sale.postings))
    for part in sale.value:
        assert redeemed[Account.REDEEMED, Asset.PRINCIPAL, part.lot] == part.principal
        assert redeemed[Account.REDEEMED, Asset.BONUS, part.lot] == part.bonus


@PROPERTY
@given(st.integers(1, 10**9), st.integers(1, 10**9), st.data())
def test_the_draw_policy_only_says_in_which_order(principal: int, bonus: int, data: st.DataObject) -> None:
    """Whatever is drawn first, a lot that is used up gave all of both."""
    spent = data.draw(st.integers(0, principal + bonus))
    for draw in Draw:
        lot = ValueLot("v", principal, bonus, spent, "2026-01-01", draw=draw)
        assert lot.spend(lot.left).principal_spent == principal
        assert lot.principal_spent + lot.bonus_spent == spent
