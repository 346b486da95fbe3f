"""Product numbers: GTIN-8, GTIN-12, GTIN-13 and GTIN-14 (GS1 General Specifications, 7.9)."""

from __future__ import annotations

GTIN_LENGTHS = (8, 12, 13, 14)
VARIABLE = "9"  # a GTIN-14 that begins with it is of goods whose measure varies (GS1 General Specifications, 2.1.10)
COUPON_PREFIXES = ("981", "982", "983", "984", "99")  # of a GTIN-13 that is a coupon (GS1 prefixes)


def check_digit(body: str) -> int:
    """The check digit of a number without its last digit: weights 3 and 1 from the right (GS1, 7.9.1)."""
    total = sum(int(digit) * (3 if index % 2 == 0 else 1) for index, digit in enumerate(reversed(body)))
    return -total % 10


def is_digits(text: str) -> bool:
    """Whether `text` is decimal digits of ASCII alone, at least one."""
    return text.isascii() and text.isdigit()


def has_check_digit(digits: str) -> bool:
    """Whether the last of these digits is the check digit of the others."""
    return check_digit(digits[:-1]) == int(digits[-1])


def gtin_of(digits: str) -> str | None:
    """The product number in 8, 12, 13 or 14 digits, GTIN-12 as GTIN-13 and GTIN-14 without a leading 0.

    None where it is no product number, or was misread.
    """
    if len(digits) not in GTIN_LENGTHS or not is_digits(digits) or not has_check_digit(digits):
        return None
    if len(digits) == 14 and digits[0] == "0":
        return digits[1:]
    return "0" + digits if len(digits) == 12 else digits


def with_check_digit(body: str) -> str:
    return body + str(check_digit(body))
