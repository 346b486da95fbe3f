"""A share of a price as people say it: 12 % off is `8.8 折` in a shop on the mainland and `88 折` in Taiwan."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

_TWO_PLACES = Decimal("0.01")


def share_off(share: Fraction) -> dict[str, str]:
    """What `share` of a price comes off, in each language; shown to two places."""
    if share == 1:
        return {"zh-CN": "免费", "zh-TW": "免費", "en": "free"}
    english = f"{_shown(100 * share)}% off"
    if share == Fraction(1, 2):
        return {"zh-CN": "半价", "zh-TW": "半價", "en": english}
    left = 1 - share
    return {"zh-CN": f"{_shown(10 * left)} 折", "zh-TW": f"{_taiwanese(left)} 折", "en": english}


def _taiwanese(left: Fraction) -> str:
    """Tenths where they are whole or less than one, else hundredths: 9, 88, 0.5."""
    tenths = 10 * left
    return _shown(tenths if tenths < 1 or tenths.denominator == 1 else 100 * left)


def _shown(number: Fraction) -> str:
    rounded = (Decimal(number.numerator) / number.denominator).quantize(_TWO_PLACES, ROUND_HALF_UP)
    return f"{rounded.normalize():f}"
