"""Making and starting the driver of one configured device; what goes wrong is a status."""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable

from drivers import registry
from drivers.base import DeviceStatus, Driver, Emit, Event
from drivers.errors import DriverUnavailable
from drivers.options import Options
from drivers.status import status
from terminal.config import DeviceConfig

log = logging.getLogger(__name__)
Create = Callable[[str, str, str, Options], Driver]


def open_device(device: DeviceConfig, emit: Emit, create: Create = registry.create) -> Driver | None:
    """The driver, started. None if it could not be: then `emit` has heard why."""
    try:
        driver = create(device.kind, device.driver, device.name, device.options)
        driver.start(emit)
    except DriverUnavailable as error:
        log.error("%s %s needs %s", device.kind, device.name, error)
        emit(status(device.kind, device.name, "driver_unavailable", library=str(error)))
    except Exception as error:  # BLE001: a driver that cannot even start must not take the other devices along
        log.exception("the driver of %s %s did not start", device.kind, device.name)
        emit(status(device.kind, device.name, "driver_failed", reason=type(error).__name__))
    else:
        return driver
    return None


def probe(device: DeviceConfig, limit_s: float, create: Create = registry.create) -> DeviceStatus | None:
    """Open the device for a moment: its first status, or None if it says nothing in `limit_s` seconds."""
    events: queue.Queue[Event] = queue.Queue()
    driver = open_device(device, events.put, create)
    try:
        first = events.get(timeout=limit_s)
    except queue.Empty:
        return None
    finally:
        if driver is not None:
            driver.close()
    return first if isinstance(first, DeviceStatus) else None
