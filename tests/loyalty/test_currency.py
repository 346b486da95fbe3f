"""Amounts in any currency, exact both ways."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.currency import DIGITS, amount_text, digits, parse_amount, read_currency
from loyalty.section import Section

RULES = settings(derandomize=True, max_examples=300, deadline=None)


@pytest.mark.parametrize(
    ("code", "expected"),
    [("CNY", 2), ("EUR", 2), ("USD", 2), ("JPY", 0), ("KRW", 0), ("VND", 0), ("KWD", 3), ("TND", 3), ("CLF", 4)],
)
def test_the_minor_digits_of_a_currency(code: str, expected: int) -> None:
    assert digits(code) == expected


def test_every_active_currency_is_there_once() -> None:
    assert len(DIGITS) == 17 + 139 + 7 + 2
    assert all(re.fullmatch("[A-Z]{3}", code) for code in DIGITS)
    assert {"XCG", "ZWG", "SLE", "VED"} <= set(DIGITS)
    assert {"HRK", "BGN", "ANG", "ZWL", "DEM", "XAU", "XXX", "XTS"}.isdisjoint(DIGITS)


@pytest.mark.parametrize("code", ["", "cny", "RMB", "BGN"])
def test_an_unknown_code_is_a_bug_with_its_way_out(code: str) -> None:
    with pytest.raises(ValueError, match=f"currency is '{code}': use a code of ISO 4217 such as CNY"):
        digits(code)


@pytest.mark.parametrize(
    ("amount", "code", "text"),
    [
        (1234, "CNY", "12.34"),
        (1234, "JPY", "1234"),
        (1234, "KWD", "1.234"),
        (1234, "CLF", "0.1234"),
        (5, "CNY", "0.05"),
        (0, "CNY", "0.00"),
        (0, "JPY", "0"),
        (-5, "CNY", "-0.05"),
        (-1234, "JPY", "-1234"),
        (10**12, "BHD", "1000000000.000"),
    ],
)
def test_an_amount_is_written_exactly_and_read_back(amount: int, code: str, text: str) -> None:
    assert amount_text(amount, code) == text
    assert parse_amount(text, code) == amount


@given(st.integers(-(10**12), 10**12), st.sampled_from(sorted(DIGITS)))
@RULES
def test_what_is_written_is_read_back(amount: int, code: str) -> None:
    assert parse_amount(amount_text(amount, code), code) == amount


@pytest.mark.parametrize(("text", "code", "amount"), [("12", "CNY", 1200), ("12.3", "CNY", 1230), ("-0", "CNY", 0)])
def test_decimals_may_be_left_out(text: str, code: str, amount: int) -> None:
    assert parse_amount(text, code) == amount


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12.345", "CNY"),
        ("12.0", "JPY"),
        ("0.12345", "CLF"),
        ("", "CNY"),
        ("-", "CNY"),
        ("1e3", "CNY"),
        ("1,234.00", "CNY"),
        (".5", "CNY"),
        ("5.", "CNY"),
        ("+5", "CNY"),
        (" 5", "CNY"),
        ("5\n", "CNY"),
        ("٣", "CNY"),
        ("9" * 16, "CNY"),
    ],
)
def test_what_is_no_amount_of_the_currency_is_refused(text: str, code: str) -> None:
    with pytest.raises(ValueError, match=f"{code} has {digits(code)} decimals; write it such as"):
        parse_amount(text, code)


def read(value: object) -> tuple[str, list[str]]:
    section = Section({"currency": value}, "$", [])
    return read_currency(section), [str(fault) for fault in section.faults]


def test_the_programme_names_its_currency_and_else_it_is_the_yuan() -> None:
    assert read("JPY") == ("JPY", [])
    assert read(None) == ("CNY", [])


@pytest.mark.parametrize(
    ("value", "way_out"),
    [
        ("EUA", "did you mean 'EUR'?"),
        ("RMB", "did you mean 'CNY'?"),
        ("cny", "did you mean 'CNY'?"),
        ("yuan", "use a code of ISO 4217: three capital letters such as CNY"),
        ("XXX", "use a code of ISO 4217: three capital letters such as CNY"),
        (156, "use a code of ISO 4217: three capital letters such as CNY"),
    ],
)
def test_a_currency_that_is_not_known_is_a_fault_with_its_way_out(value: object, way_out: str) -> None:
    assert read(value)[1] == [f"currency is {value!r}: {way_out}"]
