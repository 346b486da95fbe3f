"""A member number as it is printed: a Global Service Relation Number (GS1 General Specifications, AI 8018)."""

from __future__ import annotations

DIGITS = 18


def is_gsrn(text: str) -> bool:
    """Whether `text` is 18 digits whose last is the check digit: weights 3 and 1 from the right (GS1, 7.9.1)."""
    if len(text) != DIGITS or not (text.isascii() and text.isdigit()):
        return False
    weighed = (int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(reversed(text)))
    return sum(weighed) % 10 == 0
