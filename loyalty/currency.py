"""The currencies of ISO 4217 and their minor units: how an amount is written and read, without a float."""

from __future__ import annotations

import re
from collections.abc import Mapping

from loyalty.section import Section

USUAL = "CNY"
PUBLISHED = "2026-01-01"  # list one of ISO 4217; metals, tests and accounting units have no minor unit and are left out
_CODES = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW "
        "CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF "
        "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK "
        "MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP "
        "SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG "
        "YER ZAR ZMW ZWG"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
DIGITS: Mapping[str, int] = {code: digits for digits, codes in _CODES.items() for code in codes.split()}
_MEANT = {"RMB": "CNY", "CNH": "CNY"}


def digits(code: str) -> int:
    """How many decimals an amount of this currency has: 0, 2, 3 or 4. Raises ValueError for an unknown code."""
    try:
        return DIGITS[code]
    except KeyError:
        raise ValueError(f"currency is {code!r}: use a code of ISO 4217 such as {USUAL}") from None


def amount_text(amount: int, code: str) -> str:
    """`amount` minor units as exact text: 1234 is 12.34 in CNY, 1234 in JPY and 1.234 in KWD; below zero with `-`."""
    places = digits(code)
    sign, text = "-" if amount < 0 else "", str(abs(amount)).rjust(places + 1, "0")
    return f"{sign}{text[: len(text) - places]}.{text[-places:]}" if places else sign + text


def parse_amount(text: str, code: str) -> int:
    """The minor units of text such as 12.34, 12.3, 12 or -0.50. Raises ValueError for anything else.

    More decimals than the currency has are refused, not rounded.
    """
    places = digits(code)
    found = re.fullmatch(r"(-?)([0-9]{1,15})(?:\.([0-9]{1,4}))?", text)
    decimals = found[3] or "" if found else ""
    if not found or len(decimals) > places:
        about = f"{code} has {places} decimals; write it such as {amount_text(1234, code)}"
        raise ValueError(f"amount is {text[:40]!r}: {about}")
    amount = int(found[2] + decimals.ljust(places, "0"))
    return -amount if found[1] else amount


def read_currency(section: Section) -> str:
    """The optional key `currency`; without it CNY."""
    if not section.has("currency"):
        return USUAL
    return section.choice("currency", DIGITS, _way_out)


def _way_out(text: str) -> str:
    """A code begins with its country, so one of the same country is meant, if there is any."""
    code = text.strip().upper()
    near = [_MEANT[code]] if code in _MEANT else [known for known in DIGITS if known[:2] == code[:2] and len(code) == 3]
    others = f"use a code of ISO 4217: three capital letters such as {USUAL}"
    return f"did you mean {near[0]!r}?" if near else others
