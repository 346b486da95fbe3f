"""What a text from a scanner, a keypad or a POS is. Each rule stands where no rule before it can take what is its own.

1. `M1:` and `SP1:` are ours.
2. A scanner that says by an AIM identifier that it read a GS1 or an EAN symbol is believed: no wallet shows such.
3. A link is a wallet's, a tap's, a GS1 Digital Link, or nothing.
4. 8, 12, 13 or 14 digits with their check digit are goods: wallets show 16 or more, and bank cards of 13 or 14 digits
   are so rare that only a number which no product has is taken for one.
5. `01` with a GTIN, and `8018` with a member number, are GS1 without its identifier; no bank card begins with 0, and
   22 digits from 80 on are nobody's payment code.
6. A number of 18 digits that begins as the chain's own and ends in its check digit is a member's, also on a stripe.
7. Then payment codes are refused, and everything in which a bank card's number stands, in one piece or in groups, such
   as a swiped stripe; what is left may be a receipt's number or a coupon's code. The device, the epoch and the
   number on a receipt are no groups of one number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from cards.gsrn import is_gsrn
from cards.member_code import PREFIX as MEMBER_CODE
from terminal.codes.ai_values import MEMBER, read_values
from terminal.codes.code import (
    Claim,
    Code,
    DynamicMemberCode,
    Foreign,
    MemberNumber,
    Misread,
    Product,
    ReceiptNumber,
    Refused,
    SunLink,
    Unknown,
    Voucher,
)
from terminal.codes.gs1 import CHARS_MAX, Gs1Error, read_digital_link, read_element_strings
from terminal.codes.gtin import COUPON_PREFIXES, GTIN_LENGTHS, gtin_of, has_check_digit, is_digits
from terminal.codes.magstripe import holds_bank_card, is_bank_number, numbers_of
from terminal.codes.payment import payment_code
from terminal.codes.weighed import WeightCode, read_weighed

CLAIM = "SP1:"
COUPON = re.compile(r"[A-Za-z0-9._:-]{1,64}")
RECEIPT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}[-.][0-9]{1,9}[-.][0-9]{1,18}")
_OWN_RECEIPT = re.compile(r"(?P<device>.+)[-.][0-9]{1,3}[-.](?P<seq>[0-9]{6,18})")  # as it is printed
GS = "\x1d"
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")  # ISO/IEC 15424
_GS1_SYMBOLS = ("]C1", "]e0", "]d2", "]Q3", "]J1")  # GS1-128, DataBar, DataMatrix, QR, DotCode
_EAN_SYMBOLS = ("]E0", "]E3", "]E4")  # EAN-13 and its kin, the same with an add-on of 2 or 5 digits, EAN-8
_EAN_DIGITS = 13
_SEPARATED = re.compile(r"[0-9]+(?:[ -][0-9]+)+")
_GS1_GOODS = re.compile(r"01([0-9]{14})")
_GS1_MEMBER = re.compile(MEMBER + r"[0-9]{18}")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_SUN_CODE = re.compile(r"[?&][A-Za-z0-9_]{1,32}=[0-9A-F]{16}(?=[&#]|$)")
_SUN_CARD = re.compile(r"[?&][A-Za-z0-9_]{1,32}=(?:[0-9A-F]{32}|04[0-9A-F]{12})(?=[&#]|$)")


@dataclass(frozen=True, slots=True)
class CodeRules:
    """What a chain prints itself: codes of its scales, and how its member numbers (GSRN) begin."""

    weight_codes: tuple[WeightCode, ...] = ()
    member_prefixes: tuple[str, ...] = ()


NO_RULES = CodeRules()


def read_code(text: str, rules: CodeRules = NO_RULES, aim: str = "") -> Code:
    """The one thing that `text` is. `aim` is the AIM identifier, if the scanner tells it apart from the text."""
    text = text.strip(" \t\r\n")
    if not aim and (told := _AIM.match(text)):
        aim, text = told[0], text[told.end() :]
    if not 0 < len(text) <= CHARS_MAX:
        return Unknown()
    if text.startswith(MEMBER_CODE):
        return DynamicMemberCode(text)
    if text.startswith(CLAIM):
        return Claim(text)
    if aim in _EAN_SYMBOLS and is_digits(text):
        return _of_ean(text, rules)
    if aim in _GS1_SYMBOLS or GS in text:
        return _of_gs1(text.removeprefix(GS)) or Unknown()
    digits = re.sub(r"[ -]", "", text) if _SEPARATED.fullmatch(text) else text
    if is_digits(digits):
        return _of_digits(digits, rules) or _of_words(text)
    return payment_code(text) or _of_stripe(text, rules) or (_of_link(text) if _WEB.match(text) else _of_words(text))


def refused(text: str) -> Refused | None:
    """Whether `text` is nothing that may be taken, kept or shown, wherever it came from; None for all else."""
    code = read_code(text)
    return code.otherwise if isinstance(code, Product) else code if isinstance(code, Refused) else None


def _of_ean(digits: str, rules: CodeRules) -> Code:
    main = digits[:_EAN_DIGITS] if len(digits) in (_EAN_DIGITS + 2, _EAN_DIGITS + 5) else digits
    gtin = gtin_of(main)
    if gtin is None:
        return Misread(main) if len(main) in GTIN_LENGTHS else Unknown()
    return _goods(gtin, rules)


def _goods(gtin: str, rules: CodeRules) -> Product | Voucher:
    if len(gtin) == _EAN_DIGITS and gtin.startswith(COUPON_PREFIXES):
        return Voucher(gtin, surely=True)
    return read_weighed(gtin, rules.weight_codes) or Product(gtin)


def _of_gs1(text: str) -> Code | None:
    """None for what is no GS1 element strings, or was damaged."""
    try:
        return read_values(read_element_strings(text))
    except Gs1Error:
        return None


def _of_link(url: str) -> Code:
    if _SUN_CODE.search(url) and _SUN_CARD.search(url):
        return SunLink(url)
    try:
        return read_values(read_digital_link(url))
    except Gs1Error:
        return Unknown()


def _of_digits(digits: str, rules: CodeRules) -> Code | None:
    """None for what is neither goods, nor a member's, nor a payment."""
    foreign = Refused(Foreign.BANK_CARD) if is_bank_number(digits) else payment_code(digits)
    if len(digits) in GTIN_LENGTHS:
        gtin = gtin_of(digits)
        if gtin is None:
            return foreign or Misread(digits)
        return _unless_known(_goods(gtin, rules), foreign)
    if _is_gs1(digits) and (code := _of_gs1(digits)) is not None:
        return _unless_known(code, foreign)
    return MemberNumber(digits) if _is_own(digits, rules) else foreign


def _is_own(digits: str, rules: CodeRules) -> bool:
    return is_gsrn(digits) and digits.startswith(rules.member_prefixes)


def _of_stripe(text: str, rules: CodeRules) -> MemberNumber | None:
    """The member whose number alone is on the tracks; None also where a bank card's is beside it."""
    numbers = set(numbers_of(text))
    own = [number for number in numbers if _is_own(number, rules)]
    if len(own) != 1 or any(is_bank_number(number) for number in numbers - {*own}):
        return None
    return None if holds_bank_card(text.replace(own[0], "")) else MemberNumber(own[0])


def _is_gs1(text: str) -> bool:
    goods = _GS1_GOODS.match(text)
    return has_check_digit(goods[1]) if goods else _GS1_MEMBER.fullmatch(text) is not None


def _unless_known(code: Code, foreign: Refused | None) -> Code:
    """The same digits could be a payment: goods if there are such, else refused."""
    return replace(code, otherwise=foreign) if isinstance(code, Product) else code


def _of_words(text: str) -> Code:
    if _is_gs1(text) and (code := _of_gs1(text)) is not None:
        return code
    receipt = _OWN_RECEIPT.fullmatch(text)
    if any(holds_bank_card(part) for part in (receipt.groups() if receipt else (text,))):
        return Refused(Foreign.BANK_CARD)
    if RECEIPT.fullmatch(text):
        return ReceiptNumber(text)
    return Voucher(text) if COUPON.fullmatch(text) else Unknown()
