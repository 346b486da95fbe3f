"""Rounding of the part paid in cash: a line of its own, no discount and outside the points base (D09)."""

from __future__ import annotations

from loyalty.programme import Programme
from loyalty.quote import Quote


def round_cash(amount: int, unit: int) -> int:
    """`amount` to the nearest multiple of `unit`, half up; a `unit` of 0 or 1 leaves it as it is."""
    return (2 * amount + unit) // (2 * unit) * unit if unit > 1 else amount


def cash_due(quote: Quote, programme: Programme) -> tuple[int, int]:
    """What is to be paid when all of `due` is paid in cash, and its rounding line: 140.43 is 140.40 and −0.03."""
    amount = round_cash(quote.due, programme.cash_rounding)
    return amount, amount - quote.due
