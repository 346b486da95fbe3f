"""What the application identifiers of a GS1 code say together: goods, a member, or a coupon (GS1 General Spec., 3)."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date

from cards.gsrn import is_gsrn
from terminal.codes.code import Code, MemberNumber, Price, Product, Unknown, Voucher
from terminal.codes.gtin import VARIABLE, gtin_of

GTIN, BATCH, EXPIRY, SERIAL, MEMBER, COUPON = "01", "10", "17", "21", "8018", "255"
COUPONS_OF_AMERICA = ("8110", "8112")
_KILOGRAMS, _AMOUNT = "310", "392"  # a fourth digit says how many decimals follow
_GRAMS_DECIMALS = 3


def read_values(values: Mapping[str, str]) -> Code:
    """The one thing that the values are about; Unknown for pallets, places and other things no till sells."""
    if MEMBER in values:
        number = values[MEMBER]
        return MemberNumber(number) if is_gsrn(number) else Unknown()
    for coupon in (COUPON, *COUPONS_OF_AMERICA):
        if coupon in values:
            return Voucher(values[coupon], surely=True)
    gtin = gtin_of(values.get(GTIN, ""))
    return Unknown() if gtin is None else _product(gtin, values)


def _product(gtin: str, values: Mapping[str, str]) -> Product:
    return Product(
        gtin,
        batch=values.get(BATCH),
        serial=values.get(SERIAL),
        expires_on=_day(values[EXPIRY]) if EXPIRY in values else None,
        grams=_grams(values),
        price=_price(values),
        variable=len(gtin) == 14 and gtin.startswith(VARIABLE),
    )


def _grams(values: Mapping[str, str]) -> int | None:
    """Whole grams, half up; None for no weight, and for 0."""
    for decimals in range(6):
        weight = values.get(f"{_KILOGRAMS}{decimals}")
        if weight is not None:
            more = _GRAMS_DECIMALS - decimals
            grams = int(weight) * 10**more if more >= 0 else (2 * int(weight) + 10**-more) // (2 * 10**-more)
            return grams or None
    return None


def _price(values: Mapping[str, str]) -> Price | None:
    """What this piece costs, in the currency of the place; None for no price, and for 0."""
    for decimals in range(10):
        amount = values.get(f"{_AMOUNT}{decimals}")
        if amount is not None:
            return Price(int(amount), decimals) if int(amount) else None
    return None


def _day(value: str) -> str | None:
    """YYMMDD of this century; day 00 is the last of its month. None for a day that there is not."""
    year, month, day = 2000 + int(value[:2]), int(value[2:4]), int(value[4:])
    try:
        return date(year, month, day or calendar.monthrange(year, month)[1]).isoformat()
    except ValueError:
        return None
