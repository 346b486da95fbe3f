"""What a scanner or a keypad brought: a product's GTIN or a coupon's code, or a sentence that says why not."""

from __future__ import annotations

import re

from terminal.counter.phrase import Refusal

GTIN_LENGTHS = (8, 12, 13, 14)
MAX_SHOWN = 32
COUPON = re.compile(r"[A-Za-z0-9._:-]{1,64}")


def read_gtin(text: str) -> str:
    """The GTIN in `text`, GTIN-14 with a leading 0 and GTIN-12 given as GTIN-13 (GS1 General Specifications, 7.9).

    Raises Refusal `barcode_foreign` for what is not a product number, `barcode_bad_check_digit` for a misread one.
    """
    code = text.strip()
    shown = code[:MAX_SHOWN]
    if not (code.isascii() and code.isdigit()) or len(code) not in GTIN_LENGTHS:
        raise Refusal("barcode_foreign", 422, code=shown)
    if check_digit(code[:-1]) != int(code[-1]):
        raise Refusal("barcode_bad_check_digit", 422, code=shown)
    if len(code) == 14 and code[0] == "0":
        return code[1:]
    return "0" + code if len(code) == 12 else code


def read_coupon(text: str) -> str:
    """The code of a coupon in `text`. Raises Refusal `coupon_unknown` for what cannot be one."""
    code = text.strip()
    if not COUPON.fullmatch(code):
        raise Refusal("coupon_unknown", 404, code=code[:MAX_SHOWN])
    return code


def check_digit(body: str) -> int:
    """The check digit of a GTIN without its last digit: weights 3 and 1 from the right (GS1, 7.9.1)."""
    total = sum(int(digit) * (3 if index % 2 == 0 else 1) for index, digit in enumerate(reversed(body)))
    return -total % 10
