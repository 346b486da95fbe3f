"""Codes of a shop's scales, by the chain's own patterns."""

import pytest

from terminal.codes.code import Price, Product
from terminal.codes.gtin import with_check_digit
from terminal.codes.weighed import WeightCode, read_weighed

BY_WEIGHT, BY_PRICE = WeightCode("21IIIIIWWWWWC"), WeightCode("22IIIIIPPPPPC")
APPLE = with_check_digit("210004200000")


def test_a_weight() -> None:
    assert read_weighed(with_check_digit("210004201234"), (BY_WEIGHT, BY_PRICE)) == Product(
        APPLE, grams=1234, variable=True
    )


def test_a_price() -> None:
    known = with_check_digit("220004200000")
    found = read_weighed(with_check_digit("220004201999"), (BY_WEIGHT, BY_PRICE))
    assert found == Product(known, price=Price(1999), variable=True)


def test_a_step() -> None:
    found = WeightCode("21IIIIIWWWWWC", step=10).read(with_check_digit("210004200123"))
    assert found is not None
    assert found.grams == 1230


def test_without_weight_the_goods_are_known_and_the_weight_is_not() -> None:
    assert BY_WEIGHT.read(APPLE) == Product(APPLE, variable=True)


def test_other_prefixes_are_left_alone() -> None:
    assert read_weighed(with_check_digit("230004201234"), (BY_WEIGHT, BY_PRICE)) is None
    assert read_weighed(with_check_digit("690123456789"), (BY_WEIGHT,)) is None
    assert read_weighed("96385074", (BY_WEIGHT,)) is None
    assert read_weighed(APPLE, ()) is None


def test_the_digit_that_checks_the_price() -> None:
    """The known answer of GS1's General Specifications, 7.9.4: 2875 has the check digit 9."""
    code = WeightCode("20IIIIIVPPPPC")
    good = code.read(with_check_digit("20" + "00042" + "9" + "2875"))
    assert good == Product(with_check_digit("20" + "00042" + "00000"), price=Price(2875), variable=True)
    assert code.read(with_check_digit("20" + "00042" + "8" + "2875")) is None


@pytest.mark.parametrize(("pattern", "step"), [("69IIIIIWWWWWC", 1), ("21IIIIIWWWWWC", 0)])
def test_what_is_no_weight_code_is_said(pattern: str, step: int) -> None:
    with pytest.raises(ValueError, match="weight code"):
        WeightCode(pattern, step)
