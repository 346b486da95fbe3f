"""The options of drivers."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

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
    SerialOptions,
    VirtualOptions,
    VirtualPrinterOptions,
    WedgeOptions,
)


@pytest.mark.parametrize(
    ("options", "values"),
    [
        (PcscOptions, {}),
        (SerialOptions, {"port": "/dev/ttyACM0", "baud": 115200, "suffix": "crlf", "parity": "even"}),
        (GpioOptions, {"red": 0, "green": 27}),
        (EscposOptions, {"usb": "04b8:0e15", "usb_path": "1-1.2", "columns": 42, "encoding": "cp858"}),
        (EscposOptions, {"port": "/dev/ttyUSB0", "baud": 115200, "flow": "rtscts", "confirm": "none"}),
        (EscposOptions, {"host": "192.0.2.7", "encoding": "raster", "font": "a.ttf", "qr": "raster"}),
        (EscposOptions, {"host": "fd00::7"}),
        (VirtualPrinterOptions, {"control": "a.sock", "pictures": "receipts", "encoding": "big5"}),
        (GpioDrawerOptions, {"pin": 5, "pulse_ms": 500, "active_high": False}),
        (GpioBuzzerOptions, {"pin": 6}),
        (GpioButtonOptions, {"pin": 7, "pull": "down", "quiet_ms": 1}),
        (VirtualOptions, {"control": "a.sock"}),
        (HidScannerOptions, {"input": "/dev/input/by-id/usb-x-event-kbd", "layout": "de", "end": "idle"}),
        (HidScannerOptions, {"tell_by": "timing"}),
        (HidKeypadOptions, {"usb_path": "1-1.2", "back": "minus", "clear": "star"}),
        (WedgeOptions, {"usb": "FFFF:0035", "serial": "1", "format": "decimal", "uid_bytes": 4}),
    ],
)
def test_good_options(options: type[Options], values: dict[str, Any]) -> None:
    assert options.model_validate(values)


@pytest.mark.parametrize(
    ("options", "values"),
    [
        (PcscOptions, {"reader": ""}),
        (PcscOptions, {"port": "x"}),
        (SerialOptions, {}),
        (SerialOptions, {"port": "/dev/x", "baud": 9601}),
        (SerialOptions, {"port": "/dev/x", "baud": "9600"}),
        (SerialOptions, {"port": "/dev/x", "chars_max": 100_000}),
        (GpioOptions, {"red": 1, "green": 28}),
        (GpioOptions, {"red": 1, "green": 1}),
        (GpioOptions, {"red": 1, "green": 2, "blue": 2}),
        (EscposOptions, {}),
        (EscposOptions, {"host": "a", "port": "/dev/ttyUSB0"}),
        (EscposOptions, {"host": "192.0.2.7", "serial": "1"}),
        (EscposOptions, {"host": "a b"}),
        (EscposOptions, {"host": "192.0.2.7:9100"}),
        (EscposOptions, {"host": "a", "encoding": "utf-8"}),
        (EscposOptions, {"usb": "04b8"}),
        (VirtualPrinterOptions, {"control": "x" * 101}),
        (VirtualPrinterOptions, {"control": "a.sock", "columns": 100}),
        (GpioDrawerOptions, {"pin": 5, "pulse_ms": 501}),
        (GpioDrawerOptions, {"pulse_ms": 100}),
        (GpioBuzzerOptions, {"pin": 28}),
        (GpioButtonOptions, {"pin": 7, "pull": "floating"}),
        (GpioButtonOptions, {"pin": 7, "quiet_ms": 0}),
        (VirtualOptions, {"control": "x" * 101}),
        (HidScannerOptions, {}),
        (HidScannerOptions, {"input": "/dev/ttyACM0"}),
        (HidScannerOptions, {"usb": "5e0:1200"}),
        (HidScannerOptions, {"usb": "05e0:1200", "layout": "xx"}),
        (HidKeypadOptions, {}),
        (HidKeypadOptions, {"usb": "05e0:1200", "back": "dot", "clear": "dot"}),
        (HidKeypadOptions, {"usb": "05e0:1200", "back": "dot", "clear": "delete"}),
        (HidKeypadOptions, {"usb_path": "usb1"}),
        (WedgeOptions, {"low_frequency": True}),
        (WedgeOptions, {"serial": "1", "format": "decimal"}),
        (WedgeOptions, {"serial": "1", "uid_bytes": 3}),
    ],
)
def test_bad_options(options: type[Options], values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        options.model_validate(values)
