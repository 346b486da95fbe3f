"""What a code is: a value for each kind. What names a person, a right or an account does not show itself in a repr."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Foreign(StrEnum):
    """Whose a code is that is refused."""

    BANK_CARD = "bank_card"
    WECHAT_PAY = "wechat_pay"
    ALIPAY = "alipay"
    UNIONPAY = "unionpay"
    E_CNY = "e_cny"
    EMV_QR = "emv_qr"
    PAYMENT_LINK = "payment_link"


@dataclass(frozen=True, slots=True)
class Refused:
    """A bank card, or a payment code of another scheme. The value does not hold what was read."""

    kind: Foreign


@dataclass(frozen=True, slots=True)
class Price:
    """A price in a code: `digits` with the last `decimals` of them behind the point; None are minor units."""

    digits: int
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """Goods by their GTIN: 8 or 13 digits, or 14 that do not begin with 0.

    `grams` or `price` are there where the code is of one weighed piece, and `variable` says that one of them must be.
    `expires_on` is ISO. `otherwise` is what the same digits are where no such product is known.
    """

    gtin: str
    batch: str | None = None
    serial: str | None = None
    expires_on: str | None = None
    grams: int | None = None
    price: Price | None = None
    variable: bool = False
    otherwise: Refused | None = None


@dataclass(frozen=True, slots=True)
class MemberNumber:
    """A printed member number (GSRN, 18 digits, check digit right). Anybody can copy it."""

    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DynamicMemberCode:
    """A text that begins as a dynamic member code does (`M1:`); nothing is proven yet."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Voucher:
    """What may be a coupon's code. `surely`: GS1 says that it is one, so it is no product."""

    code: str = field(repr=False)
    surely: bool = False


@dataclass(frozen=True, slots=True)
class SunLink:
    """A link with the shape of those that NTAG 424 DNA mirrors; nothing is proven yet."""

    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Claim:
    """The claim by which a device is enrolled (`SP1:`): nothing for a till."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReceiptNumber:
    """What looks like the number on a receipt."""

    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Misread:
    """As many digits as a product number has, and the check digit is another one."""

    digits: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing of all this. The value does not hold what was read."""


Code = (
    Product | MemberNumber | DynamicMemberCode | Voucher | SunLink | Claim | ReceiptNumber | Misread | Refused | Unknown
)
