"""Codes that a shop's scales print: an EAN-13 of the shop's own with a weight or a price in it.

Which digits are which says a pattern of the chain (`cards.weight_pattern`). A product with such a code is known by the
number with 0 for each digit of weight, price and their check, and the check digit that this gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cards.weight_pattern import check_pattern
from terminal.codes.code import Price, Product
from terminal.codes.gtin import is_digits, with_check_digit


@dataclass(frozen=True, slots=True)
class WeightCode:
    """`step` is what 1 of the weight's or price's digits is: so many grams, or so many minor units.

    Raises ValueError for a pattern that is none.
    """

    pattern: str
    step: int = 1

    def __post_init__(self) -> None:
        check_pattern(self.pattern)
        if self.step < 1:
            raise ValueError(f"the step of a weight code is {self.step}: use 1 or more")

    def read(self, gtin: str) -> Product | None:
        """The goods in a GTIN-13 whose check digit is right; None if it is no code of this pattern, or `V` is wrong."""
        if len(gtin) != len(self.pattern) or not is_digits(gtin) or not self._stands(gtin):
            return None
        measure = "".join(digit for digit, sign in zip(gtin, self.pattern, strict=True) if sign in "WP")
        item = "".join("0" if sign in "WPV" else digit for digit, sign in zip(gtin, self.pattern, strict=True))
        amount, known = int(measure) * self.step, with_check_digit(item[:-1])
        if not self._verified(gtin, measure):
            return None
        if "W" in self.pattern:
            return Product(known, grams=amount or None, variable=True)
        return Product(known, price=Price(amount) if amount else None, variable=True)

    def _stands(self, gtin: str) -> bool:
        return all(sign == digit for digit, sign in zip(gtin, self.pattern, strict=True) if sign.isdigit())

    def _verified(self, gtin: str, measure: str) -> bool:
        if "V" not in self.pattern:
            return True
        from biip.checksums import gs1_price_weight_check_digit  # its package takes long to load

        return int(gtin[self.pattern.index("V")]) == gs1_price_weight_check_digit(measure)


def read_weighed(gtin: str, codes: Sequence[WeightCode]) -> Product | None:
    """The goods in a GTIN-13 by the first pattern that fits; None if none does."""
    return next((product for code in codes if (product := code.read(gtin)) is not None), None)
