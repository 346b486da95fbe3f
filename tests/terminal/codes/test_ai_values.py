"""What application identifiers say together."""

import pytest

from terminal.codes.ai_values import read_values
from terminal.codes.code import MemberNumber, Price, Product, Unknown, Voucher

GTIN, LOOSE = "09521234543213", "99521234543216"


def test_goods_with_all_that_a_label_says() -> None:
    found = read_values({"01": GTIN, "10": "12ABC", "17": "270930", "21": "1234"})
    assert found == Product(GTIN[1:], batch="12ABC", serial="1234", expires_on="2027-09-30")


@pytest.mark.parametrize(
    ("day", "iso"), [("280200", "2028-02-29"), ("270200", "2027-02-28"), ("271301", None), ("270231", None)]
)
def test_the_last_day(day: str, iso: str | None) -> None:
    found = read_values({"01": GTIN, "17": day})
    assert isinstance(found, Product)
    assert found.expires_on == iso


@pytest.mark.parametrize(
    ("key", "value", "grams"),
    [("3103", "001234", 1234), ("3102", "000125", 1250), ("3100", "000002", 2000), ("3104", "012345", 1235)],
)
def test_a_weight(key: str, value: str, grams: int) -> None:
    assert read_values({"01": LOOSE, key: value}) == Product(LOOSE, grams=grams, variable=True)


def test_a_price() -> None:
    assert read_values({"01": LOOSE, "3922": "1999"}) == Product(LOOSE, price=Price(1999, 2), variable=True)


def test_neither_weight_nor_price_is_variable_all_the_same() -> None:
    for values in ({}, {"3103": "000000"}, {"3922": "0"}):
        assert read_values({"01": LOOSE, **values}) == Product(LOOSE, variable=True)


def test_a_member() -> None:
    found = read_values({"8018": "952123454321000003"})
    assert isinstance(found, MemberNumber)
    assert found.number == "952123454321000003"
    assert "9521" not in repr(found)
    assert read_values({"8018": "952123454321000004"}) == Unknown()


def test_coupons() -> None:
    assert read_values({"255": "952123454321312345"}) == Voucher("952123454321312345", surely=True)
    assert isinstance(read_values({"8110": "106141416543213150"}), Voucher)


def test_nothing_for_a_till() -> None:
    assert read_values({"00": "095212345432100008"}) == Unknown()
    assert read_values({}) == Unknown()
