"""Printed member numbers by their check digit."""

import pytest

from cards.gsrn import is_gsrn

BODY = "73500538500000001"


def test_a_number() -> None:
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(BODY))
    assert is_gsrn(BODY + str(-total % 10))


@pytest.mark.parametrize("text", ["", "1" * 17, "1" * 19, "٤" * 18, "a" * 18, " " + "0" * 17])
def test_others(text: str) -> None:
    assert not is_gsrn(text)


def test_one_wrong_digit_never_passes() -> None:
    good = "0" * 18
    assert is_gsrn(good)
    for place in range(18):
        assert not is_gsrn(good[:place] + "3" + good[place + 1 :])
