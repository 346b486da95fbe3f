"""Telling what was left out of a scanner's codes."""

from __future__ import annotations

from drivers.scanner.code import Fault
from drivers.supervised import Supervised


def tell_faults(driver: Supervised, faults: set[Fault], chars_max: int) -> None:
    """Make a status of each fault, and forget them. A fault is news each time."""
    while faults:
        fault = faults.pop()
        if fault == "scan_too_long":
            driver.report_again(fault, limit=chars_max)
        else:
            driver.report_again(fault)
