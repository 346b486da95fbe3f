"""Rounding and division by the book, in exact fractions (D01, D02)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor


def half_up(exact: Fraction) -> int:
    """The nearest whole number of an amount not below zero; a half goes up."""
    return floor(exact + Fraction(1, 2))


def divide(off: int, weights: Sequence[int]) -> list[int]:
    """`off` over `weights` in proportion: floors first, then one each to the largest fractions, ties to the first."""
    total = sum(weights)
    if not off:
        return [0] * len(weights)
    exact = [Fraction(off * weight, total) for weight in weights]
    left = off - sum(floor(share) for share in exact)
    raised = sorted(range(len(weights)), key=lambda i: (floor(exact[i]) - exact[i], i))[:left]
    return [floor(share) + (i in raised) for i, share in enumerate(exact)]


def parts(amount: int, quantity: int) -> list[int]:
    """What each of `quantity` units of a line worth `amount` is worth, the dearer ones first."""
    found = []
    for left in range(quantity, 0, -1):
        dearest = -(-amount // left)
        found.append(dearest)
        amount -= dearest
    return found


def fraction(pair: Sequence[int]) -> Fraction:
    """A fraction of the document: [numerator, denominator]."""
    return Fraction(pair[0], pair[1])
