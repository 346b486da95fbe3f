"""Shares as people say them."""

from fractions import Fraction

import pytest

from terminal.counter.share import share_off


@pytest.mark.parametrize(
    ("share", "mainland", "taiwan", "english"),
    [
        (Fraction(12, 100), "8.8 折", "88 折", "12% off"),
        (Fraction(1, 5), "8 折", "8 折", "20% off"),
        (Fraction(1, 10), "9 折", "9 折", "10% off"),
        (Fraction(1, 2), "半价", "半價", "50% off"),
        (Fraction(1, 3), "6.67 折", "66.67 折", "33.33% off"),
        (Fraction(1), "免费", "免費", "free"),
        (Fraction(9, 10), "1 折", "1 折", "90% off"),
        (Fraction(95, 100), "0.5 折", "0.5 折", "95% off"),
    ],
)
def test_a_share_is_said_as_in_a_shop(share: Fraction, mainland: str, taiwan: str, english: str) -> None:
    assert share_off(share) == {"zh-CN": mainland, "zh-TW": taiwan, "en": english}
