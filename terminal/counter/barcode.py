"""Goods and coupons by their codes, and the sentence for every code that is neither.

What may not be kept is not in the sentence: a bank card's number, another wallet's code, a text that nobody knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from loyalty import currency
from loyalty.checks import MAX_GRAMS, MAX_MONEY
from loyalty.money import half_up
from protocol.directory import ProductRow
from terminal.codes.code import Claim, Code, Foreign, Misread, Price, Product, ReceiptNumber, Refused, SunLink, Voucher
from terminal.codes.reading import COUPON, read_code, refused
from terminal.counter.phrase import Refusal
from terminal.counter.shop import Shop

MAX_SHOWN = 32


@dataclass(frozen=True)
class Piece:
    """A product as it was scanned. A weighed one has `grams`, and `unit_price` is that of a kilogram (D01); one with a
    price in its code costs that price."""

    product: ProductRow
    unit_price: int
    grams: int | None = None


def read_goods(shop: Shop, text: str) -> Piece:
    """The goods in `text`. Raises Refusal for everything else, and for goods that are not known or not measured."""
    code = read_code(text, shop.configured().codes)
    if isinstance(code, Product):
        return find_goods(shop, code)
    raise refusal_of(code)


def find_goods(shop: Shop, code: Product) -> Piece:
    """Raises Refusal barcode_unknown, weight_missing or weight_invalid."""
    product = shop.directory.product(code.gtin)
    if product is None:
        raise refusal_of(code.otherwise) if code.otherwise else Refusal("barcode_unknown", 404, code=code.gtin)
    if code.price is not None:
        price = _minor(code.price, shop.programme().currency)
        if price > MAX_MONEY:
            raise Refusal("amount_invalid", 422, value=price)
        return Piece(product, price)
    if code.grams is not None and code.grams > MAX_GRAMS:
        raise Refusal("weight_invalid", 422, grams=code.grams, limit=MAX_GRAMS)
    if code.variable and code.grams is None:
        raise Refusal("weight_missing", 422, code=code.gtin)
    return Piece(product, product.price, code.grams)


def is_coupon(text: str) -> bool:
    """Whether `text` may be asked for as a coupon's code, here and at HQ."""
    return COUPON.fullmatch(text.strip()) is not None and refused(text) is None


def read_coupon(text: str) -> str:
    """The code of a coupon in `text`. Raises Refusal coupon_unknown, code_of_bank_card or code_of_payment."""
    code, foreign = text.strip(), refused(text)
    if foreign is not None:
        raise refusal_of(foreign)
    if not COUPON.fullmatch(code):
        raise Refusal("coupon_unknown", 404, code=code[:MAX_SHOWN])
    return code


def refuse_foreign(text: str) -> None:
    """Raises Refusal for a bank card's number or another wallet's code, wherever one may stand."""
    foreign = refused(text)
    if foreign is not None:
        raise refusal_of(foreign)


def refusal_of(code: Code) -> Refusal:
    """Why this code does nothing here."""
    match code:
        case Refused(Foreign.BANK_CARD):
            return Refusal("code_of_bank_card", 422)
        case Refused():
            return Refusal("code_of_payment", 422)
        case Misread(digits):
            return Refusal("barcode_bad_check_digit", 422, code=digits)
        case Voucher(voucher, surely=True):
            return Refusal("coupon_unknown", 404, code=voucher[:MAX_SHOWN])
        case ReceiptNumber(number):
            return Refusal("code_of_receipt", 422, number=number[:MAX_SHOWN])
        case SunLink():
            return Refusal("code_of_card", 422)
        case Claim():
            return Refusal("code_of_claim", 422)
        case _:
            return Refusal("barcode_foreign", 422)


def _minor(price: Price, of: str) -> int:
    """In minor units; what is smaller than one is rounded half up."""
    more = 0 if price.decimals is None else currency.digits(of) - price.decimals
    if more >= 0:
        return price.digits * int(10**more)
    return half_up(price.digits, Fraction(1, 10**-more))
