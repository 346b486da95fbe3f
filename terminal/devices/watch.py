"""Which drivers hang in a call that never returns, such as one to a stopped pcscd."""

from __future__ import annotations

from collections.abc import Sequence

from drivers.base import DeviceStatus, Driver
from drivers.status import status
from terminal.devices.outbound import Outbound

HUNG_NS = 20_000_000_000


class Watch:
    """Turns a driver without a sign of life into a status, and back into the status it had."""

    def __init__(self, drivers: Sequence[Driver], outbound: Outbound) -> None:
        self._drivers = drivers
        self._outbound = outbound
        self._before: dict[Driver, DeviceStatus | None] = {}

    def all_alive(self, now_ns: int) -> bool:
        """Look at every driver. False while one hangs: then only a new process helps."""
        for driver in self._drivers:
            hangs = now_ns - driver.beat_ns > HUNG_NS
            if hangs and driver not in self._before:
                self._before[driver] = self._outbound.status(driver.kind, driver.device)
                seconds = HUNG_NS // 1_000_000_000
                self._outbound.put(status(driver.kind, driver.device, "driver_hung", seconds=seconds))
            elif not hangs and driver in self._before:
                self._restore(driver, self._before.pop(driver))
        return not self._before

    def _restore(self, driver: Driver, before: DeviceStatus | None) -> None:
        now = self._outbound.status(driver.kind, driver.device)
        if before is not None and now is not None and now.code == "driver_hung":
            self._outbound.put(before)
