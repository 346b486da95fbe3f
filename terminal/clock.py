"""The terminal's clock: HQ's signed time where there is any, the machine's otherwise, and how far to trust it.

Two times are told apart. `now` is the best guess, for operations and dates. `surely_ms` is what has surely passed: HQ's
time and the monotonic time counted since, over every boot. A jump of the machine's clock that HQ has not confirmed
moves the first at most, so it neither ends spending nor the 30 days (sync.md, Leases 4).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from protocol.operation import ClockQuality

TOLERANCE_MS = 2 * 60 * 1000
DAY_MS = 24 * 3600 * 1000
LONGEST_OFF_MS = 30 * DAY_MS
LEASES_ONLY_DAYS = 7  # Leases 8


@dataclass(frozen=True)
class ClockReading:
    """`utc_ms` is the time to use. `off_by_ms` is how far the machine's clock is ahead of it, 0 while it is used.

    `dark_ms` is how long HQ has not been heard, by the time that has surely passed; None if it never was.
    """

    utc_ms: int
    quality: ClockQuality
    off_by_ms: int = 0
    dark_ms: int | None = field(default=None, compare=False)

    @property
    def dark_days(self) -> int:
        """Whole days without HQ; 0 where it was never heard, since nothing was placed here then."""
        return (self.dark_ms or 0) // DAY_MS

    @property
    def leases_only(self) -> bool:
        """Over 7 days dark only what was leased may be used; what was merely counted here may not (Leases 8)."""
        return (self.dark_ms or 0) > LEASES_ONLY_DAYS * DAY_MS


@dataclass(frozen=True)
class _Anchor:
    """`utc_ms` had passed when the monotonic clock of this boot said `monotonic_ms`."""

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
        saved = saved or {}
        kept = saved.get("anchor") or {}
        self._contact_ms: int | None = saved.get("contact_ms", kept.get("utc_ms"))
        self._trusted = bool(kept) and saved["boot"] == boot
        if self._trusted:
            self._sure = _Anchor(kept["utc_ms"], kept["monotonic_ms"])
        else:
            self._sure = _counted(saved, boot, _Anchor(floor_ms, monotonic()))

    def anchor(self, utc_ms: int, monotonic_ms: int | None = None) -> None:
        """HQ signed `utc_ms` for us, at `monotonic_ms` (now, if not given)."""
        self._sure = _Anchor(utc_ms, self._monotonic() if monotonic_ms is None else monotonic_ms)
        self._trusted = True
        self._contact_ms = utc_ms

    def now(self) -> ClockReading:
        """The time, how good it is, and how wrong the machine's own clock is if it is not used."""
        wall, dark_ms = self._wall(), self.dark_ms()
        if not self._sure.utc_ms:
            return ClockReading(wall, ClockQuality.UNKNOWN)
        sure = self._passed()
        if self._trusted:
            return _prefer(wall, sure, dark_ms)
        if sure - TOLERANCE_MS <= wall <= sure + LONGEST_OFF_MS:
            return ClockReading(wall, ClockQuality.HELD, dark_ms=dark_ms)
        return ClockReading(sure, ClockQuality.UNKNOWN, wall - sure, dark_ms)

    def surely_ms(self) -> int:
        """The time that has surely passed: no jump moves it, and time without power is not in it unless HQ said so.

        Before HQ was ever heard there is none: then it is the machine's.
        """
        return self._passed() if self._sure.utc_ms else self._wall()

    def dark_ms(self) -> int | None:
        """How long HQ has not been heard, of the time that has surely passed; None if it never was."""
        return None if self._contact_ms is None else max(0, self._passed() - self._contact_ms)

    def state(self) -> dict[str, Any]:
        """What to note from time to time, so that a restart knows at least this time and, in this boot, the anchor."""
        sure, passed = self._sure, self._passed() if self._sure.utc_ms else 0
        return {
            "utc_ms": passed,
            "monotonic_ms": self._monotonic(),
            "boot": self._boot,
            "anchor": {"utc_ms": sure.utc_ms, "monotonic_ms": sure.monotonic_ms} if self._trusted else None,
            "contact_ms": self._contact_ms,
        }

    def _passed(self) -> int:
        return self._sure.utc_ms + self._monotonic() - self._sure.monotonic_ms


def _counted(saved: dict[str, Any], boot: str, floor: _Anchor) -> _Anchor:
    """Where counting goes on: from the saved time, in the same boot from when it was saved, or from `floor`."""
    passed_ms = saved.get("utc_ms", 0)
    same = passed_ms and saved["boot"] == boot
    since = _Anchor(passed_ms, saved.get("monotonic_ms", floor.monotonic_ms) if same else floor.monotonic_ms)
    return max(since, floor, key=lambda anchor: anchor.utc_ms - anchor.monotonic_ms)


def _prefer(wall: int, known: int, dark_ms: int | None) -> ClockReading:
    """The machine's clock while it agrees (it may be kept by NTP), what we know otherwise."""
    if abs(wall - known) > TOLERANCE_MS:
        return ClockReading(known, ClockQuality.TRUSTED, wall - known, dark_ms)
    return ClockReading(wall, ClockQuality.TRUSTED, dark_ms=dark_ms)
