"""Which drivers hang in a call that never returns, such as one to a stopped pcscd, and what is done about it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from drivers.base import DeviceStatus, Driver, Revives
from drivers.status import status
from terminal.devices.outbound import Outbound

log = logging.getLogger(__name__)
LOOK_NS = 250_000_000
STILL_LOOKS = 6  # noticed within 2 s, though a driver need not beat more than once a second
PATIENCE_MAX = 256  # looks
LEFT_BEHIND_MAX = 8
HOPELESS_LOOKS = 80
SECONDS = STILL_LOOKS * LOOK_NS // 1_000_000_000 + 1


@dataclass
class _Pulse:
    """What was seen of a driver. Its life is measured in looks: while this process itself is held up nobody is late."""

    beat_ns: int | None = None
    still: int = 0
    well: int = 0
    patience: int = STILL_LOOKS
    told: DeviceStatus | None = None
    before: DeviceStatus | None = None


def rest_s(now_ns: int, looked_ns: int) -> float:
    """How long it is until the next look is due, when the last one was at `looked_ns`."""
    return min(max(0, looked_ns + LOOK_NS - now_ns), LOOK_NS) / 1_000_000_000


class Watch:
    """Looks at each driver every LOOK_NS. One without a sign of life is told and begun anew in a new thread.

    If it hangs again it gets twice the time, until it has lived that long. More than LEFT_BEHIND_MAX threads are not
    left behind: then, and for a driver that cannot be begun anew, only a new process helps. A driver with a bug is told
    and takes no other along.
    """

    def __init__(self, drivers: Sequence[Driver], outbound: Outbound) -> None:
        self._drivers = drivers
        self._outbound = outbound
        self._pulses: dict[tuple[str, str], _Pulse] = {}

    def look(self) -> bool:
        """Look at every driver; to be called every LOOK_NS. False while only a new process helps."""
        well = [self._well(driver) for driver in self._drivers]
        return all(well)

    def _well(self, driver: Driver) -> bool:
        pulse = self._pulses.setdefault((driver.kind, driver.device), _Pulse())
        try:
            return self._looked_at(driver, pulse)
        except Exception as error:  # BLE001: a driver's bug is a status, never the end of the others
            failed = status(driver.kind, driver.device, "driver_failed", reason=type(error).__name__)
            if pulse.told != failed:
                log.exception("the driver of %s %s failed when it was looked at", driver.kind, driver.device)
            self._tell(pulse, failed)
            return True

    def _looked_at(self, driver: Driver, pulse: _Pulse) -> bool:
        if pulse.beat_ns is None:
            pulse.beat_ns = driver.beat_ns
            return True
        if driver.beat_ns != pulse.beat_ns:
            self._moved(driver, pulse)
        else:
            pulse.still += 1
        pulse.well = pulse.well + 1 if pulse.still < STILL_LOOKS else 0
        if pulse.well >= pulse.patience:
            pulse.patience = STILL_LOOKS
        if isinstance(driver, Revives):
            return self._kept_alive(driver, driver, pulse)
        if pulse.still >= STILL_LOOKS:
            self._tell_hung(driver, pulse)
        return pulse.still < HOPELESS_LOOKS

    def _moved(self, driver: Driver, pulse: _Pulse) -> None:
        pulse.beat_ns, pulse.still = driver.beat_ns, 0
        if pulse.told is not None:
            self._restore(pulse.told, pulse.before)
            pulse.told = None

    def _kept_alive(self, driver: Driver, reviving: Revives, pulse: _Pulse) -> bool:
        dead = not reviving.alive
        if dead:
            pulse.still = max(pulse.still, STILL_LOOKS)
            self._tell(pulse, status(driver.kind, driver.device, "driver_failed", reason="its thread ended"))
        elif pulse.still >= STILL_LOOKS:
            self._tell_hung(driver, pulse)
        if pulse.still <= pulse.patience:  # one look after it was told, or the news would be overtaken
            return True
        if reviving.left_behind >= LEFT_BEHIND_MAX:
            return False
        pulse.still, pulse.well, pulse.told = 0, 0, None
        pulse.patience = min(2 * pulse.patience, PATIENCE_MAX)
        reviving.revive()
        return True

    def _tell_hung(self, driver: Driver, pulse: _Pulse) -> None:
        self._tell(pulse, status(driver.kind, driver.device, "driver_hung", seconds=SECONDS))

    def _tell(self, pulse: _Pulse, now: DeviceStatus) -> None:
        before = self._outbound.status(now.kind, now.device)
        if pulse.told is None and before != now:
            pulse.told, pulse.before = now, before
            self._outbound.put(now)

    def _restore(self, told: DeviceStatus, before: DeviceStatus | None) -> None:
        """It goes on in its old thread, as if nothing had been, and will not tell again how it is."""
        if before is not None and self._outbound.status(told.kind, told.device) == told:
            self._outbound.put(before)
