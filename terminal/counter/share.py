"""A share of a price as people say it: 12 % off is `8.8 折` in a Chinese shop."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

_TWO_PLACES = Decimal("0.01")


def share_off(share: Fraction) -> dict[str, str]:
    """What `share` of a price comes off, in each language; shown to two places."""
    if share == 1:
        return {"zh-CN": "免费", "en": "free"}
    left = "半价" if share == Fraction(1, 2) else f"{_shown(10 * (1 - share))} 折"
    return {"zh-CN": left, "en": f"{_shown(100 * share)}% off"}


def _shown(number: Fraction) -> str:
    rounded = (Decimal(number.numerator) / number.denominator).quantize(_TWO_PLACES, ROUND_HALF_UP)
    return f"{rounded.normalize():f}"
