"""How long this machine takes for a PIN."""

from __future__ import annotations

import statistics
import time

from cards.pin import SALT_BYTES
from cards.pin_cost import Cost, argon2id

ROUNDS = 3  # one alone may fall into a busy moment


def took_ms(cost: Cost) -> int:
    """The median of a few hashes of this cost."""
    return statistics.median_low(_one_ms(cost) for _ in range(ROUNDS))


def _one_ms(cost: Cost) -> int:
    before = time.monotonic_ns()
    argon2id(b"000000", bytes(SALT_BYTES), cost, secret=bytes(32), data=b"")
    return (time.monotonic_ns() - before) // 1_000_000
