"""Product numbers: what is one, how it is written, and that a misread digit never passes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.codes.gtin import check_digit, gtin_of, has_check_digit, with_check_digit


@pytest.mark.parametrize(
    ("digits", "gtin"),
    [
        ("4006381333931", "4006381333931"),
        ("036000291452", "0036000291452"),
        ("04006381333931", "4006381333931"),
        ("14006381333938", "14006381333938"),
        ("96385074", "96385074"),
    ],
)
def test_a_product_number_is_read(digits: str, gtin: str) -> None:
    assert gtin_of(digits) == gtin


@pytest.mark.parametrize("digits", ["", "abc", "12345", "٤٠٠٦٣٨١٣٣٣٩٣١", "400638133393a", "4006381333932", "4" * 300])
def test_others_are_none(digits: str) -> None:
    assert gtin_of(digits) is None


@given(st.text(alphabet="0123456789", min_size=7, max_size=17), st.integers(0, 17), st.integers(1, 9))
@settings(derandomize=True, max_examples=200, database=None)
def test_one_wrong_digit_never_passes(body: str, place: int, by: int) -> None:
    good = with_check_digit(body)
    place %= len(good)
    wrong = good[:place] + str((int(good[place]) + by) % 10) + good[place + 1 :]
    assert has_check_digit(good)
    assert not has_check_digit(wrong)
    assert good == body + str(check_digit(body))
