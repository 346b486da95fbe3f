"""The terminal's clock: HQ's signed time where there is any, the machine's otherwise, and how far to trust it.

A jump of the machine's clock that HQ has not confirmed neither ends spending nor the 30 days (sync.md, rule 4), so
time then goes on from the last one that was saved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from protocol.operation import ClockQuality

TOLERANCE_MS = 2 * 60 * 1000
LONGEST_OFF_MS = 30 * 24 * 3600 * 1000


@dataclass(frozen=True)
class ClockReading:
    """`utc_ms` is the time to use. `off_by_ms` is how far the machine's clock is ahead of it, 0 while it is used."""

    utc_ms: int
    quality: ClockQuality
    off_by_ms: int = 0


@dataclass(frozen=True)
class _Anchor:
    utc_ms: int
    monotonic_ms: int


class TerminalClock:
    """`wall` and `monotonic` give milliseconds; `boot` names this boot, since monotonic time starts again with it.

    `saved` is what `state` returned earlier, maybe in another boot. `floor_ms` is a time that has surely passed: the
    newest operation with a trusted clock, or the claim's issue (appliance.md). Not thread-safe: one thread holds it.
    """

    def __init__(
        self,
        wall: Callable[[], int],
        monotonic: Callable[[], int],
        boot: str,
        saved: dict[str, Any] | None = None,
        floor_ms: int = 0,
    ) -> None:
        self._wall, self._monotonic, self._boot = wall, monotonic, boot
        self._started_ms = monotonic()
        self._floor_ms = max(floor_ms, saved["utc_ms"] if saved else 0)
        self._anchor = _anchor_of(saved, boot)

    def anchor(self, utc_ms: int, monotonic_ms: int | None = None) -> None:
        """HQ signed `utc_ms` for us, at `monotonic_ms` (now, if not given)."""
        self._anchor = _Anchor(utc_ms, self._monotonic() if monotonic_ms is None else monotonic_ms)

    def now(self) -> ClockReading:
        """The time, how good it is, and how wrong the machine's own clock is if it is not used."""
        wall = self._wall()
        if self._anchor is not None:
            anchored = self._anchor.utc_ms + self._monotonic() - self._anchor.monotonic_ms
            return _prefer(wall, anchored, ClockQuality.TRUSTED)
        passed = self._floor_ms + self._monotonic() - self._started_ms
        if not self._floor_ms or passed - TOLERANCE_MS <= wall <= passed + LONGEST_OFF_MS:
            return ClockReading(wall, ClockQuality.HELD if self._floor_ms else ClockQuality.UNKNOWN)
        return ClockReading(passed, ClockQuality.UNKNOWN, wall - passed)

    def state(self) -> dict[str, Any]:
        """What to note from time to time, so that a restart knows at least this time and, in this boot, the anchor."""
        anchor = self._anchor
        kept = None if anchor is None else {"utc_ms": anchor.utc_ms, "monotonic_ms": anchor.monotonic_ms}
        return {"utc_ms": self.now().utc_ms, "boot": self._boot, "anchor": kept}


def _anchor_of(saved: dict[str, Any] | None, boot: str) -> _Anchor | None:
    if not saved or saved["boot"] != boot or saved["anchor"] is None:
        return None
    return _Anchor(saved["anchor"]["utc_ms"], saved["anchor"]["monotonic_ms"])


def _prefer(wall: int, known: int, quality: ClockQuality) -> ClockReading:
    """The machine's clock while it agrees (it may be kept by NTP), what we know otherwise."""
    if abs(wall - known) > TOLERANCE_MS:
        return ClockReading(known, quality, wall - known)
    return ClockReading(wall, quality)
