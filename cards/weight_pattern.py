"""How a chain says which digits of its scales' codes are the weight or the price.

GS1 leaves EAN-13 numbers that begin with 02 or 20 to 29 to the shops of a region. A pattern is 13 characters: digits
that stand as they are, `I` for the item's digits, `W` for the weight or `P` for the price, `V` for the digit that
checks a weight or price of 4 or 5 digits (GS1 General Specifications, 7.9.3), `C` for the check digit at the end. For
example `21IIIIIWWWWWC`.
"""

from __future__ import annotations

import re

CHARACTERS = 13
_PATTERN = re.compile(r"(?=2|02)[0-9]{1,7}(?:I+V?(?:W+|P+)|V?(?:W+|P+)I+)C", re.ASCII)
_CHECKED = (4, 5)  # so many digits can have one that checks them


def check_pattern(pattern: str) -> str:
    """The pattern itself. Raises ValueError for what is none."""
    measured = pattern.count("W") + pattern.count("P")
    one = len(pattern) == CHARACTERS and _PATTERN.fullmatch(pattern)
    if not one or ("V" in pattern and measured not in _CHECKED):
        raise ValueError(f"{pattern!r} is no pattern of a weight code: write one such as 21IIIIIWWWWWC")
    return pattern
