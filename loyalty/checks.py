"""What `price` takes for granted. A counter checks before; what still arrives here wrong is a bug, said clearly."""

from __future__ import annotations

from collections.abc import Sequence

from loyalty.basket import Basket, Line, LineKind, TillState
from loyalty.moment import Moment
from loyalty.points import ASSURANCE

MAX_LINES = 999
MAX_QUANTITY = 999
MAX_GRAMS = 1_000_000
MAX_MONEY = 10**12  # of one unit and of one order, in minor units
MAX_POINTS = 10**12
MAX_UTC_MS = 4_102_444_800_000  # the year 2100


def check_inputs(basket: Basket, at: Moment, state: TillState) -> None:
    """Raises ValueError, naming the thing, its value and what is allowed."""
    _check_lines(basket.lines)
    _within("points", basket.points, 0, MAX_POINTS)
    _within("copyable_used", state.copyable_used, 0, MAX_POINTS)
    _within("utc_ms", at.utc_ms, 0, MAX_UTC_MS)
    _within("cutoff_hours", at.cutoff_hours, 0, 12)
    if state.assurance not in ASSURANCE:
        raise ValueError(f"assurance is {state.assurance!r}: use one of {', '.join(ASSURANCE)}")
    for lot in state.lots:
        _within(f"points of lot {lot.id}", lot.points, 0, MAX_POINTS)


def _check_lines(lines: Sequence[Line]) -> None:
    _within("number of lines", len(lines), 0, MAX_LINES)
    numbers = [line.no for line in lines]
    if len(set(numbers)) < len(numbers) or any(no < 1 for no in numbers):
        raise ValueError(f"line numbers are {numbers}: each must be used once, from 1")
    for line in lines:
        _check_line(line)
    _within("gross of the basket", sum(line.gross for line in lines), -MAX_MONEY, MAX_MONEY)


def _check_line(line: Line) -> None:
    lowest = -MAX_MONEY if line.kind is LineKind.DEPOSIT else 0
    _within(f"unit_price of line {line.no}", line.unit_price, lowest, MAX_MONEY)
    _within(f"quantity of line {line.no}", line.quantity, 1, MAX_QUANTITY if line.grams is None else 1)
    if line.grams is not None:
        _within(f"grams of line {line.no}", line.grams, 1, MAX_GRAMS)


def _within(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} is {value}: it must be from {low} to {high}")
