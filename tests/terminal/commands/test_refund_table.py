"""The table of a refund says everything that a refund can say."""

from __future__ import annotations

from loyalty.refund_note import Row, Why
from terminal.commands import refund_table
from terminal.commands.refund_table import WIDTH, explain, render
from tests.loyalty.refund_material import NEXT_DAY
from tests.loyalty.test_refund_note import coupon_sale, everything, with_coupon, with_difference, with_lower_tier


def test_every_reason_has_a_sentence_and_every_row_its_words() -> None:
    assert set(refund_table._SENTENCES) == set(Why)
    assert {*refund_table._ROWS, *refund_table._AMOUNTS, Row.LINE} == set(Row)


def test_all_numbers_are_filled_in() -> None:
    for done in (everything(), with_difference(), with_coupon(), with_lower_tier()):
        text = render(done, coupon_sale(), NEXT_DAY) + explain(done, "CNY")
        assert "{" not in text
        assert all(len(row) == WIDTH for row in text.splitlines() if row.endswith("---"))


def test_what_is_deducted_or_paid_is_below_zero() -> None:
    assert _amount("Less 45 points above the debt cap", render(everything(), coupon_sale(), NEXT_DAY)) == "-0.45"
    shown = render(with_difference(), coupon_sale(), NEXT_DAY)
    assert _amount("To pay: cash", shown) == "-20.00"
    assert _amount("Less what the rest costs more", shown) == "-28.50"


def test_one_point_is_no_plural() -> None:
    assert refund_table._text("points", 1, "CNY") == "1 point"
    assert refund_table._text("points", 2, "CNY") == "2 points"


def test_a_lot_without_a_date_is_good_for_ever() -> None:
    assert refund_table._text("expires_on", "", "CNY") == "for ever"


def _amount(start: str, text: str) -> str:
    (row,) = [row for row in text.splitlines() if row.startswith(start)]
    return row.removeprefix(start).strip()
