"""Which driver a kind and a name stand for. A driver's library is imported when the driver is made, not before."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import cast

from drivers.base import KINDS, Driver
from drivers.errors import DriverUnavailable, UnknownDriver
from drivers.options import (
    EscposOptions,
    GpioButtonOptions,
    GpioBuzzerOptions,
    GpioDrawerOptions,
    GpioOptions,
    HidKeypadOptions,
    HidScannerOptions,
    Options,
    PcscOptions,
    Pn532Options,
    PrinterDrawerOptions,
    SerialOptions,
    VirtualOptions,
    VirtualPrinterOptions,
    WedgeOptions,
)

Factory = Callable[[str, Options], Driver]


@dataclass(frozen=True)
class Entry:
    """Where a driver is, as "module:Class", and the class of its options."""

    place: str
    options: type[Options]


DRIVERS: Mapping[tuple[str, str], Entry] = MappingProxyType(
    {
        ("card_reader", "pcsc"): Entry("drivers.card_reader.pcsc:PcscCardReader", PcscOptions),
        ("card_reader", "pn532"): Entry("drivers.card_reader.pn532:Pn532CardReader", Pn532Options),
        ("card_reader", "virtual"): Entry("drivers.virtual.card_reader:VirtualCardReader", VirtualOptions),
        ("card_reader", "wedge"): Entry("drivers.card_reader.wedge:WedgeCardReader", WedgeOptions),
        ("scanner", "hid"): Entry("drivers.scanner.hid:HidScanner", HidScannerOptions),
        ("scanner", "serial"): Entry("drivers.scanner.serial:SerialScanner", SerialOptions),
        ("scanner", "virtual"): Entry("drivers.virtual.scanner:VirtualScanner", VirtualOptions),
        ("keypad", "hid"): Entry("drivers.keypad.hid:HidKeypad", HidKeypadOptions),
        ("keypad", "virtual"): Entry("drivers.virtual.keypad:VirtualKeypad", VirtualOptions),
        ("printer", "escpos"): Entry("drivers.printer.escpos:EscposPrinter", EscposOptions),
        ("printer", "virtual"): Entry("drivers.virtual.printer:VirtualPrinter", VirtualPrinterOptions),
        ("drawer", "gpio"): Entry("drivers.drawer.gpio:GpioDrawer", GpioDrawerOptions),
        ("drawer", "printer"): Entry("drivers.drawer.printer:PrinterDrawer", PrinterDrawerOptions),
        ("drawer", "virtual"): Entry("drivers.virtual.drawer:VirtualDrawer", VirtualOptions),
        ("light", "gpio"): Entry("drivers.light.gpio:GpioLight", GpioOptions),
        ("light", "virtual"): Entry("drivers.virtual.light:VirtualLight", VirtualOptions),
        ("buzzer", "gpio"): Entry("drivers.buzzer.gpio:GpioBuzzer", GpioBuzzerOptions),
        ("buzzer", "virtual"): Entry("drivers.virtual.buzzer:VirtualBuzzer", VirtualOptions),
        ("button", "gpio"): Entry("drivers.button.gpio:GpioButton", GpioButtonOptions),
        ("button", "virtual"): Entry("drivers.virtual.button:VirtualButton", VirtualOptions),
    }
)


def names(kind: str) -> tuple[str, ...]:
    """The drivers of `kind`, in order."""
    return tuple(name for known, name in DRIVERS if known == kind)


def find(kind: str, name: str) -> Entry:
    """The driver `name` of `kind`. Raises UnknownDriver with what was perhaps meant."""
    entry = DRIVERS.get((kind, name))
    if entry is None:
        raise UnknownDriver(f"no {kind} driver named {name[:40]!r}; {_way_out(kind, name)}")
    return entry


def create(kind: str, name: str, device: str, options: Options) -> Driver:
    """The driver, ready to be started. Raises UnknownDriver and DriverUnavailable."""
    module, _, attribute = find(kind, name).place.partition(":")
    try:
        factory = cast("Factory", getattr(importlib.import_module(module), attribute))
    except ImportError as error:
        raise DriverUnavailable(error.name or str(error)) from error
    return factory(device, options)


def _way_out(kind: str, name: str) -> str:
    known = names(kind)
    near = get_close_matches(name, known, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"there are {' and '.join(map(repr, known))}" if known else f"kinds are {', '.join(KINDS)}"
