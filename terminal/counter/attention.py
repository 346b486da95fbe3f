"""Whether somebody stands at the member screen: idle times, the warning before it clears, and what was asked to see."""

from __future__ import annotations

from collections.abc import Callable

IDLE_MS = 60_000
PERSONAL_MS = 30_000
WARNING_MS = 20_000


class Attention:
    """Times are milliseconds of `monotonic_ms`. Personal data stays 30 s, then a 20 s warning (appliance.md)."""

    def __init__(self, monotonic_ms: Callable[[], int]) -> None:
        self._now = monotonic_ms
        self._since: int | None = None
        self.personal = False
        self.detail = False

    def now(self) -> int:
        """The time that it goes by."""
        return self._now()

    def touched(self) -> None:
        """Somebody did something."""
        self._since = self._now()

    def greeted(self) -> None:
        """A member is on the screen."""
        self.personal, self.detail = True, False
        self.touched()

    def left(self) -> None:
        self._since, self.personal, self.detail = None, False, False

    def show_detail(self, on: bool) -> None:
        self.detail = on and self.personal
        self.touched()

    def warning_ms(self) -> int | None:
        """How long until the screen clears, once that is less than the warning time; None before."""
        left = self._left()
        return left if left is not None and left <= WARNING_MS else None

    def expired(self) -> bool:
        left = self._left()
        return left is not None and left <= 0

    def _left(self) -> int | None:
        if self._since is None:
            return None
        stay = (PERSONAL_MS if self.personal else IDLE_MS) + WARNING_MS
        return self._since + stay - self._now()
