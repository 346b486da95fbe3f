"""Every text is read as one thing or as nothing, and neither goods nor payments are ever taken for the other."""

from __future__ import annotations

import os
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.member_code import MemberCodeError, verify
from terminal.codes.code import Code, Foreign, Misread, Product, Refused, Unknown, Voucher
from terminal.codes.gtin import GTIN_LENGTHS, with_check_digit
from terminal.codes.magstripe import is_bank_number, read_track
from terminal.codes.reading import CHARS_MAX, CodeRules, read_code, refused
from terminal.codes.weighed import WeightCode
from tests.terminal.codes.test_payment import EMV, SHOWN

pytestmark = pytest.mark.usefixtures("ends")
TRIES = int(os.environ.get("STILLPOINT_FUZZ_TRIES", "600"))
LIMITS = settings(max_examples=max(50, TRIES // 2), derandomize=True, database=None, deadline=None)
RULES = CodeRules((WeightCode("21IIIIIWWWWWC"), WeightCode("20IIIIIVPPPPC")), ("69012345",))
AIMS = ("", "]C0", "]C1", "]E0", "]E3", "]E4", "]Q1", "]Q3", "]d2", "]zz")
BANK = ("4111111111111111", "5555555555554444", "378282246310005", "6200000000000005", "30569309025904")
GOOD = (
    "4006381333931",
    "010952123454321317270930102ABC\x1d211234\x1d3103001234",
    "8018690123450000000174",
    "https://id.gs1.org/01/09521234543213/10/ABC123?17=270930&3103=001234",
    "https://card.example/t?e=EF963FF7828658A599F3041510671E88&c=94EED9EE65337086",
    "%B4111111111111111^MEMBER/TEST^99121010000000000000?;4111111111111111=99121010000000000000?",
    "M1:" + "A0" * 64,
    "SP1:abc",
    "s01-1-1-000123",
    EMV,
    SHOWN,
)
SIGNS = ("", "0", "9", "\x1d", "%", ";", "=", " ", "é", "]")
digits = st.text("0123456789", min_size=1, max_size=26)
HOSTILE = ("1" * CHARS_MAX, "4 " * 2000, "\x1d" * CHARS_MAX, "10A\x1d" * 1000, "[;" * 2000, "%B" * 2000, "000201" * 600)


def read(text: str, aim: str = "") -> Code:
    """Read a text, and hold the value to what every value promises."""
    code = read_code(text, RULES, aim)
    shown = repr(code)
    assert not any(number in shown for number in BANK if number in text and not isinstance(code, Product | Misread))
    if isinstance(code, Refused | Unknown):
        assert len(shown) < 60
    return code


@pytest.mark.parametrize("good", GOOD)
def test_what_was_bent_is_read(good: str) -> None:
    chance = Random(good)
    assert not isinstance(read(good), Unknown)
    for _ in range(TRIES):
        text = list(good)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(text) + 1)
            text[place : place + chance.randint(0, 2)] = chance.choice(
                ["", "0", "9", "\x1d", "%", ";", "=", " ", "é", "]"]
            )
            text = text or ["0"]
        read("".join(text), chance.choice(AIMS))


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:8])
def test_what_is_meant_to_exhaust_is_read(text: str) -> None:
    for aim in AIMS:
        read(text, aim)


@LIMITS
@given(st.text(max_size=200), st.sampled_from(AIMS))
def test_any_text_is_read(text: str, aim: str) -> None:
    read(text, aim)
    read_track(text)
    with pytest.raises(MemberCodeError):
        verify("M1:" + text, bytes(16), [], 0)


@LIMITS
@given(digits, st.sampled_from(AIMS))
def test_any_digits_are_read(text: str, aim: str) -> None:
    read(text, aim)
    read("01" + with_check_digit(text.rjust(13, "0")[:13]) + text, aim)


@LIMITS
@given(st.sampled_from(GTIN_LENGTHS), st.text("0123456789", min_size=13, max_size=13))
def test_goods_are_never_taken_for_a_payment(length: int, text: str) -> None:
    assert isinstance(read(with_check_digit(text[: length - 1])), Product | Voucher)


@LIMITS
@given(st.integers(15, 19), st.sampled_from(["34", "4", "51", "55", "2221", "60", "62", "65"]), digits)
def test_bank_cards_are_never_taken_for_goods(length: int, first: str, text: str) -> None:
    body = (first + text.ljust(19, "0"))[: length - 1]
    for number in (body + last for last in "0123456789"):
        if is_bank_number(number):
            for shown in (number, f";{number}=9912?", f"%B{number}^A/B^9912?", *in_groups(number)):
                assert read_code(shown) == Refused(Foreign.BANK_CARD)
                assert refused(shown) is not None


@LIMITS
@given(st.sampled_from([("1", 18), ("2", 16), ("28", 24), ("62", 19)]), digits)
def test_payment_codes_are_never_taken_for_goods(kind: tuple[str, int], text: str) -> None:
    first, length = kind
    code = (({"1": "13", "2": "26"}.get(first, first)) + text.ljust(24, "7"))[:length]
    assert isinstance(read_code(code, RULES), Refused)


def in_groups(number: str) -> tuple[str, ...]:
    """As people write it, and with a letter in front."""
    fours = [number[at : at + 4] for at in range(0, len(number), 4)]
    return (" ".join(number), *(f"{first}{sign.join(fours)}" for first in ("", "A") for sign in " .-_:"))


def careless(text: str) -> Code:
    return Product(text)


@pytest.mark.parametrize("reader", [careless, lambda text: Misread(text)])
def test_a_reader_that_takes_anything_for_goods_is_caught(reader: Callable[[str], Code]) -> None:
    """The control."""
    assert any(reader(number) != Refused(Foreign.BANK_CARD) for number in BANK)
