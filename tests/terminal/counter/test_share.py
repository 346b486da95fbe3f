"""Shares as people say them."""

from fractions import Fraction

import pytest

from terminal.counter.share import share_off


@pytest.mark.parametrize(
    ("share", "chinese", "english"),
    [
        (Fraction(12, 100), "8.8 折", "12% off"),
        (Fraction(1, 5), "8 折", "20% off"),
        (Fraction(1, 10), "9 折", "10% off"),
        (Fraction(1, 2), "半价", "50% off"),
        (Fraction(1, 3), "6.67 折", "33.33% off"),
        (Fraction(1), "免费", "free"),
        (Fraction(9, 10), "1 折", "90% off"),
    ],
)
def test_a_share_is_said_as_in_a_shop(share: Fraction, chinese: str, english: str) -> None:
    assert share_off(share) == {"zh-CN": chinese, "en": english}
