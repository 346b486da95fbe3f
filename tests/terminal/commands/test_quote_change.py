"""What choices change stands beside the quote as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.loyalty.material import document, offer
from tests.terminal.commands.quote_desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def change(desk: Desk, *words: str) -> list[list[str]]:
    """The rows of the table, word by word."""
    _, found, table = desk.run(*words).stdout.partition("What if")
    assert found
    return [row.split() for row in table.strip().splitlines()]


def test_an_offer_taken_out_points_and_the_total_stand_beside_each_other(desk: Desk) -> None:
    """178.42 of 219.80 was … the tier's 26.38 come back, and with 500 points 5.00 are paid in place of 10.00."""
    assert change(desk, "--without", "tier", "--points", "500") == [
        ["as", "it", "was", "now", "change"],
        ["Name", "[tier]", "-26.38", "0.00", "+26.38"],
        ["Total", "173.42", "199.80", "+26.38"],
        ["Paid", "with", "points", "-10.00", "-5.00", "+5.00"],
        ["To", "pay", "163.42", "194.80", "+31.38"],
        ["Points", "earned", "24", "29", "+5"],
    ]


def test_a_choice_that_changes_nothing_says_so_by_its_numbers(desk: Desk) -> None:
    rows = change(desk, "--without", "save-1")
    assert ["Total", "173.42", "173.42", "+0.00"] in rows
    assert ["Points", "earned", "24", "24", "+0"] in rows


def test_without_a_choice_there_is_no_second_quote(desk: Desk) -> None:
    assert "What if" not in desk.run().stdout
    assert "What if" not in desk.run("--points", "1050").stdout


def test_tax_on_top_and_a_coupon_with_a_long_name(desk: Desk) -> None:
    long = "A coupon with a name that is too long for its column"
    desk.put(
        "programme",
        document(
            {**offer("coupon_amount", "c", amount=1000), "name": {"en": long}},
            coupons=[{"id": "r", "name": {"en": "R"}, "issue": {"by": "hq"}, "offer": "c"}],
            tax={"mode": "exclusive", "rates": [{"id": "v", "rate": [10, 100]}], "default": "v"},
            earning=[],
            format=2,
        ),
    )
    desk.change("basket", lambda value: value.update(points=0))
    state = desk.put("state", {"coupons": [{"code": "c1", "rule": "r"}]})
    result = desk.run("--state", state, "--coupon", "c1", member=False).stdout
    rows = [row.split() for row in result.partition("What if")[2].strip().splitlines()]
    assert rows == [
        ["as", "it", "was", "now", "change"],
        [*long.split(), "[c]"],
        ["0.00", "-10.00", "-10.00"],
        ["Total", "224.00", "214.00", "-10.00"],
        ["Tax", "22.40", "21.40", "-1.00"],
        ["To", "pay", "246.40", "235.40", "-11.00"],
    ]
