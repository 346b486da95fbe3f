"""Blocks of units down the order of price, of which the last ones are reduced: n-th unit, buy X get Y."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from loyalty.limits import Allowance
from loyalty.money import half_up
from loyalty.units import Pick, Run, count, lasts_of_blocks, part


def pick_blocks(free: Sequence[Run], block: int, lasts: int, percent: Fraction, allowance: Allowance) -> Pick | None:
    """As many full blocks of `block` units as there are and are allowed; `percent` off the `lasts` last of each."""
    blocks = most_sets(count(free) // block, block, allowance)
    used = part(free, 0, blocks * block)
    off = half_up(lasts_of_blocks(used, block, lasts), percent)
    return Pick(off, tuple(used), blocks) if off else None


def most_sets(sets: int, units: int, allowance: Allowance) -> int:
    """At most `sets` sets of `units` units, as the allowance has it."""
    if allowance.times is not None:
        sets = min(sets, allowance.times)
    return sets if allowance.units is None else min(sets, allowance.units // units)
