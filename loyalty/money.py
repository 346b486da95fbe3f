"""Exact division of whole amounts: percentages, shares of lines, shares of units (D01, D02). No float touches money."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def half_up(amount: int, rate: Fraction) -> int:
    """`amount` × `rate`, rounded once, half up on the magnitude, so that a refund mirrors its sale (D02)."""
    if amount < 0:
        return -half_up(-amount, rate)
    top, bottom = rate.as_integer_ratio()
    return (2 * amount * top + bottom) // (2 * bottom)


def allocate(amount: int, lines: Sequence[int]) -> list[int]:
    """Divide `amount` over `lines` in proportion; the shares sum to `amount` and none exceeds its line (D01).

    Each line gets the floor of its share; the left-over units go to the largest fractions, ties to the earlier line.
    Lines at or below zero take no part. Raises ValueError unless 0 ≤ `amount` ≤ the sum of the lines above zero.
    """
    total = sum(line for line in lines if line > 0)
    if not 0 <= amount <= total:
        raise ValueError(f"cannot divide {amount} over lines worth {total}: give an amount from 0 to {total}")
    if amount == 0:
        return [0] * len(lines)
    exact = [amount * line if line > 0 else 0 for line in lines]
    shares = [share // total for share in exact]
    left = amount - sum(shares)
    if left:
        fractions = [share % total for share in exact]
        for index in sorted(range(len(lines)), key=fractions.__getitem__, reverse=True)[:left]:
            shares[index] += 1
    return shares


def split_units(amount: int, quantity: int) -> tuple[int, ...]:
    """What each of `quantity` equal units carries of `amount`, more on the first: 3.98 on 4 is 1.00 1.00 0.99 0.99."""
    share, left = divmod(amount, quantity)
    return (share + 1,) * left + (share,) * (quantity - left)
