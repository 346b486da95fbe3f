"""Product numbers from a scanner: what is read, and what is refused with which sentence."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.counter.barcode import check_digit, read_gtin
from terminal.counter.phrase import Refusal


@pytest.mark.parametrize(
    ("text", "gtin"),
    [
        ("4006381333931", "4006381333931"),
        (" 4006381333931 ", "4006381333931"),
        ("036000291452", "0036000291452"),
        ("04006381333931", "4006381333931"),
        ("96385074", "96385074"),
    ],
)
def test_a_product_number_is_read(text: str, gtin: str) -> None:
    assert read_gtin(text) == gtin


@pytest.mark.parametrize("text", ["", "abc", "12345", "٤٠٠٦٣٨١٣٣٣٩٣١", "400638133393a", "-400638133393", "4" * 300])
def test_what_is_no_product_number_is_named(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_gtin(text)
    assert refused.value.phrase.code == "barcode_foreign"
    assert len(refused.value.phrase.params["code"]) <= 32


@given(st.text(alphabet="0123456789", min_size=12, max_size=12), st.integers(0, 11), st.integers(1, 9))
@settings(derandomize=True, max_examples=200)
def test_one_misread_digit_never_passes(body: str, place: int, by: int) -> None:
    good = body + str(check_digit(body))
    wrong = good[:place] + str((int(good[place]) + by) % 10) + good[place + 1 :]
    assert read_gtin(good) == good
    with pytest.raises(Refusal) as refused:
        read_gtin(wrong)
    assert refused.value.phrase.code == "barcode_bad_check_digit"


def test_every_product_of_the_sample_chain_passes() -> None:
    rows = (Path(__file__).parents[3] / "samples/chain/products.csv").read_text("utf-8").splitlines()[1:]
    assert len(rows) == 300
    for row in rows:
        code = row.split(",")[0]
        assert read_gtin(code) == code, json.dumps(row, ensure_ascii=False)
