"""Which driver a kind and a name stand for: ours, and those of plug-ins.

A driver's library is imported when the driver is made, not before.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import cast

from drivers import plugins
from drivers.base import KINDS, Driver
from drivers.entry import Entry
from drivers.errors import DriverUnavailable, PluginBroken, UnknownDriver
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
    VirtualButtonOptions,
    VirtualOptions,
    VirtualPrinterOptions,
    WedgeOptions,
)

Factory = Callable[[str, Options], Driver]


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
        ("button", "virtual"): Entry("drivers.virtual.button:VirtualButton", VirtualButtonOptions),
    }
)


def kinds(found: plugins.Found = plugins.installed) -> tuple[str, ...]:
    """The kinds that there are: ours, and then what plug-ins bring."""
    return (*KINDS, *dict.fromkeys(kind for kind, _ in plugins.names(found) if kind not in KINDS))


def names(kind: str, found: plugins.Found = plugins.installed) -> tuple[str, ...]:
    """The drivers of `kind`, in order; those of plug-ins come last."""
    ours = tuple(name for known, name in DRIVERS if known == kind)
    return (*ours, *(name for known, name in plugins.names(found) if known == kind and name not in ours))


def find(kind: str, name: str, found: plugins.Found = plugins.installed) -> Entry:
    """The driver `name` of `kind`: ours, or a plug-in's. Raises UnknownDriver with what was perhaps meant.

    A plug-in that cannot be loaded is found, and broken: `create` says so.
    """
    entry = DRIVERS.get((kind, name)) or plugins.entry(kind, name, found)
    if entry is None:
        raise UnknownDriver(f"no {kind} driver named {name[:40]!r}; {_way_out(kind, name, found)}")
    return entry


def create(kind: str, name: str, device: str, options: Options, found: plugins.Found = plugins.installed) -> Driver:
    """The driver, ready to be started. Raises UnknownDriver, DriverUnavailable and PluginBroken."""
    entry = find(kind, name, found)
    if entry.broken or isinstance(options, plugins.UncheckedOptions):
        raise PluginBroken(entry.broken or "it failed when it checked its options: the log says how")
    module, _, attribute = entry.place.partition(":")
    try:
        factory = cast("Factory", getattr(importlib.import_module(module), attribute))
    except ImportError as error:
        raise DriverUnavailable(error.name or str(error)) from error
    return factory(device, options)


def _way_out(kind: str, name: str, found: plugins.Found) -> str:
    known = names(kind, found)
    near = get_close_matches(name, known, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"there are {' and '.join(map(repr, known))}" if known else f"kinds are {', '.join(kinds(found))}"
