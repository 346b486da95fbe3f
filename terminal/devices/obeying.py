"""The devices' side of orders: lights, buzzers, drawers and printers get what the terminal asked for."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable

from drivers.base import Driver, Event, OpensDrawer, Pattern, PrintEnded, Prints, ShowsPatterns, Sounds
from terminal.devices.lines import OpenDrawer, PrintJob, Sound

log = logging.getLogger(__name__)
Order = Pattern | PrintJob | OpenDrawer | Sound


def obey(drivers: Iterable[Driver], order: Order, put: Callable[[Event], None]) -> None:
    """Pass `order` on. Drivers return at once; one with a bug takes no other along.

    `put` hears of a receipt that no printer takes. A drawer that is not there is a status already.
    """
    taken = False
    for driver in drivers:
        try:
            taken = _passed(driver, order) or taken
        except Exception:  # BLE001: a driver's bug ends this order, never the other devices
            log.exception("the driver of %s %s failed at an order", driver.kind, driver.device)
    if isinstance(order, PrintJob) and not taken:
        put(PrintEnded(order.device, order.job, "not_printed", time.monotonic_ns()))


def _passed(driver: Driver, order: Order) -> bool:
    """Whether the order was for this driver, and it took it."""
    match order:
        case PrintJob():
            if driver.kind != "printer" or driver.device != order.device or not isinstance(driver, Prints):
                return False
            driver.print(order.job, order.receipt)
        case OpenDrawer():
            if driver.kind != "drawer" or driver.device != order.device or not isinstance(driver, OpensDrawer):
                return False
            driver.open_drawer()
        case Sound():
            if not isinstance(driver, Sounds):
                return False
            driver.sound(order.tune)
        case _:
            if not isinstance(driver, ShowsPatterns):
                return False
            driver.show(order)
    return True
