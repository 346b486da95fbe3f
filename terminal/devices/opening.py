"""Making, starting and closing the driver of one configured device; what goes wrong is a status."""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from drivers import registry
from drivers.base import DeviceStatus, Driver, Emit, Event, LeansOnDevices
from drivers.courier import Courier, Unanswered
from drivers.errors import DeviceLost, DriverUnavailable, PluginBroken
from drivers.identity import Identity, TellsIdentity
from drivers.options import Options
from drivers.status import status
from terminal.config import DeviceConfig
from terminal.devices.emitting import emitter

log = logging.getLogger(__name__)
Create = Callable[[str, str, str, Options], Driver]
SECOND_LOOK_S, LOOKS_MAX = 1.0, 4


def open_device(device: DeviceConfig, emit: Emit, create: Create = registry.create) -> Driver | None:
    """The driver, started. None if it could not be: then `emit` has heard why."""
    try:
        driver = create(device.kind, device.driver, device.name, device.options)
        if (driver.kind, driver.device) != (device.kind, device.name):
            raise TypeError("it takes itself for another device")
        driver.start(emitter(device.kind, device.name, emit))
    except DriverUnavailable as error:
        log.error("%s %s needs %s", device.kind, device.name, error)
        emit(status(device.kind, device.name, "driver_unavailable", library=str(error)))
    except PluginBroken as error:
        log.error("%s %s: %s", device.kind, device.name, error)
        emit(status(device.kind, device.name, "plugin_broken", reason=str(error)))
    except (Exception, SystemExit) as error:  # BLE001: a driver that cannot even start must not take others along
        log.exception("the driver of %s %s did not start", device.kind, device.name)
        emit(status(device.kind, device.name, "driver_failed", reason=type(error).__name__))
    else:
        return driver
    return None


def introduce(driver: Driver, drivers: Sequence[Driver], emit: Emit) -> None:
    """Let a driver that leans on others meet them."""
    try:
        if isinstance(driver, LeansOnDevices):
            driver.lean_on(drivers)
    except Exception as error:  # BLE001: as in open_device
        log.exception("the driver of %s %s failed when it met the others", driver.kind, driver.device)
        emit(status(driver.kind, driver.device, "driver_failed", reason=type(error).__name__))


def close_device(driver: Driver) -> None:
    """Close it; what goes wrong at the end is of no use to anybody but the log."""
    try:
        driver.close()
    except Exception:  # BLE001: the others are still to be closed
        log.exception("the driver of %s %s failed when it was closed", driver.kind, driver.device)


@dataclass(frozen=True)
class Probed:
    """`status` is what the device told, None if it told nothing; `identities` tell it from its twins."""

    status: DeviceStatus | None
    identities: tuple[Identity, ...] = ()


def probe(device: DeviceConfig, limit_s: float, create: Create = registry.create) -> Probed:
    """Open the device for a moment, and wait `limit_s` at most for what it says.

    One that says it is missing gets a little longer: a service that was started for it just now finds it later.
    """
    events: queue.Queue[Event] = queue.Queue()
    driver = open_device(device, events.put, create)
    try:
        told = later = _status(events, limit_s)
        for _ in range(LOOKS_MAX):
            if later is None or later.state != "missing":
                break
            later = _status(events, SECOND_LOOK_S)
            told = later or told
        return Probed(told, _identities(driver, limit_s) if told is not None else ())
    finally:
        if driver is not None:
            close_device(driver)


def _status(events: queue.Queue[Event], limit_s: float) -> DeviceStatus | None:
    """The next status, if the next thing that is told is one; None if nothing is told."""
    try:
        event = events.get(timeout=limit_s)
    except queue.Empty:
        return None
    return event if isinstance(event, DeviceStatus) else None


def _identities(driver: object, limit_s: float) -> tuple[Identity, ...]:
    """Asked in a thread of its own: a service that hangs is no reason to wait for ever."""
    if not isinstance(driver, TellsIdentity):
        return ()
    courier = Courier("identities")
    try:
        return tuple(courier.do(driver.identities, limit_s))
    except (DeviceLost, Unanswered):
        return ()
    finally:
        courier.close()
