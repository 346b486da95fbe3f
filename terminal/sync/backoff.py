"""How long to wait after a failure: longer each time, and at random, so that terminals do not all come at once."""

from __future__ import annotations

from collections.abc import Callable

FIRST_S = 1.0


class Backoff:
    """Full jitter: anywhere from one second to a ceiling that doubles up to `max_s`. `random` gives 0 ≤ x < 1."""

    def __init__(self, max_s: float, random: Callable[[], float]) -> None:
        self._max_s, self._random = max(max_s, FIRST_S), random
        self._ceiling_s = 2 * FIRST_S

    def next_s(self, at_least_s: float = 0) -> float:
        """The wait after one more failure; `at_least_s` is what HQ asked for (Retry-After), bounded by `max_s`."""
        ceiling = min(self._ceiling_s, self._max_s)
        self._ceiling_s = min(2 * self._ceiling_s, self._max_s)
        return max(FIRST_S + self._random() * (ceiling - FIRST_S), min(at_least_s, self._max_s))

    def reset(self) -> None:
        """It worked again."""
        self._ceiling_s = 2 * FIRST_S
