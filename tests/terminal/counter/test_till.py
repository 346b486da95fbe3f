"""The open basket: what may be done to it, and what survives a power cut."""

import pytest

from loyalty.possession import Proof
from protocol.directory import ProductRow
from terminal.counter.barcode import Piece
from terminal.counter.phrase import Refusal
from terminal.counter.till import MAX_LINES, Till, draft, restore

ROW = ProductRow(gtin="4006381333931", name={"en": "Tea", "zh-CN": "茶"}, price=1250, category="drinks")
TEA = Piece(ROW, 1250)
INTENT = "0" * 32


def _product(number: int) -> Piece:
    return Piece(ProductRow(gtin=f"{number:013d}", name={"en": "x"}, price=100, category="c"), 100)


def test_the_same_product_counts_up_on_its_line() -> None:
    till = Till(INTENT)
    till.add(TEA)
    till.add(TEA)
    assert [(line.no, line.quantity) for line in till.lines] == [(1, 2)]


def test_a_new_price_is_a_new_line() -> None:
    till = Till(INTENT)
    till.add(TEA)
    till.add(Piece(ROW, 1300))
    assert [line.unit_price for line in till.lines] == [1250, 1300]


def test_each_weighed_piece_has_its_line_and_there_is_one_of_it_d01() -> None:
    till = Till(INTENT)
    for grams in (350, 350, 500):
        till.add(Piece(ROW, 2980, grams))
    assert [(line.no, line.quantity, line.grams, line.gross) for line in till.lines] == [
        (1, 1, 350, 1043),
        (2, 1, 350, 1043),
        (3, 1, 500, 1490),
    ]
    with pytest.raises(Refusal) as refused:
        till.set_quantity(1, 2)
    assert refused.value.phrase.code == "weighed_alone"
    till.set_quantity(1, 0)
    assert [line.no for line in till.lines] == [2, 3]
    assert restore(draft(till), lambda: "f" * 32).basket() == till.basket()


def test_a_piece_is_not_counted_with_the_same_goods_unweighed() -> None:
    till = Till(INTENT)
    till.add(TEA)
    till.add(Piece(ROW, 1250, 100))
    till.add(TEA)
    assert [(line.quantity, line.grams) for line in till.lines] == [(2, None), (1, 100)]


@pytest.mark.parametrize("quantity", [-1, 1000, 10**9])
def test_an_absurd_quantity_changes_nothing(quantity: int) -> None:
    till = Till(INTENT)
    till.add(TEA)
    with pytest.raises(Refusal) as refused:
        till.set_quantity(1, quantity)
    assert refused.value.phrase.code == "quantity_invalid"
    assert till.lines[0].quantity == 1


def test_zero_takes_the_line_away_and_numbers_are_not_used_twice() -> None:
    till = Till(INTENT)
    till.add(_product(1))
    till.add(_product(2))
    till.set_quantity(1, 0)
    assert [line.no for line in till.lines] == [2]
    assert till.add(_product(3)).no == 3


def test_a_line_that_is_not_there_is_named() -> None:
    with pytest.raises(Refusal) as refused:
        Till(INTENT).set_quantity(9, 1)
    assert refused.value.phrase.params == {"line": 9}


def test_the_basket_is_bounded() -> None:
    till = Till(INTENT)
    for number in range(MAX_LINES):
        till.add(_product(number))
    with pytest.raises(Refusal) as refused:
        till.add(_product(MAX_LINES))
    assert refused.value.phrase.code == "basket_full"


def test_a_removed_offer_stays_out_when_a_line_is_added_d28() -> None:
    till = Till(INTENT)
    till.remove_offer("save-20", True)
    till.add(TEA)
    assert till.basket().removed == {"save-20"}
    till.remove_offer("save-20", False)
    assert till.basket().removed == frozenset()


def test_another_card_during_payment_changes_nothing() -> None:
    till = Till(INTENT)
    till.set_member("m1", "zh-CN")
    till.add(TEA)
    till.start_paying(True)
    with pytest.raises(Refusal) as refused:
        till.set_member("m2", "en")
    assert refused.value.phrase.code == "card_during_payment"
    assert till.member == "m1"
    till.set_member("m1", "zh-CN")


def test_the_strongest_proof_of_one_member_counts_and_another_member_brings_his_own() -> None:
    till = Till(INTENT)
    till.set_member("m1", "en", Proof("P3"))
    till.set_member("m1", "en", Proof("P0"))
    assert till.proof.level == "P3"
    till.set_member("m2", "en", Proof("P1", "certificate", key_at_hand=False))
    assert till.proof.level == "P1"
    assert restore(draft(till), lambda: "f" * 32).proof == till.proof


def test_a_pin_stays_with_its_member_and_not_over_a_power_cut() -> None:
    till = Till(INTENT)
    till.set_member("m1", "en", Proof("P1", "uid", pin=True))
    till.set_member("m1", "en", Proof("P4", "challenge"))
    assert till.proof == Proof("P4", "challenge", pin=True)
    assert restore(draft(till), lambda: "f" * 32).proof == Proof("P4", "challenge")
    till.set_member("m2", "en", Proof("P1", "uid"))
    assert not till.proof.pin


def test_a_basket_that_an_older_release_noted_is_read() -> None:
    till = Till(INTENT)
    till.add(TEA)
    noted = draft(till)
    noted["lines"] = [line[:5] for line in noted["lines"]]
    del noted["assurance"]
    assert restore(noted, lambda: "f" * 32) == till


def test_points_need_a_member_and_go_with_them() -> None:
    till = Till(INTENT)
    with pytest.raises(Refusal):
        till.use_points(100)
    till.set_member("m1", "en")
    till.use_points(100)
    till.set_member("m2", "en")
    assert till.points == 0


@pytest.mark.parametrize("points", [-1, 10**9 + 1])
def test_absurd_points_are_refused(points: int) -> None:
    till = Till(INTENT, member="m1")
    with pytest.raises(Refusal) as refused:
        till.use_points(points)
    assert refused.value.phrase.code == "amount_invalid"


def test_an_empty_basket_cannot_be_paid() -> None:
    with pytest.raises(Refusal) as refused:
        Till(INTENT).start_paying(True)
    assert refused.value.phrase.code == "empty_basket"


def test_a_paid_basket_is_closed() -> None:
    till = Till(INTENT)
    till.add(TEA)
    till.paid({"number": "1"})
    with pytest.raises(Refusal) as refused:
        till.add(TEA)
    assert refused.value.phrase.code == "sale_done"


def test_the_draft_brings_the_basket_back_with_its_intent() -> None:
    till = Till(INTENT)
    till.add(TEA)
    till.set_member("m1", "en")
    till.use_points(200)
    till.remove_offer("tier", True)
    again = restore(draft(till), lambda: "f" * 32)
    assert draft(again) == draft(till)
    assert again.basket() == till.basket()


def test_without_a_draft_a_new_basket_begins() -> None:
    assert restore(None, lambda: "f" * 32).intent == "f" * 32
