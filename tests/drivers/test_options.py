"""The options of drivers."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from drivers.options import GpioOptions, Options, PcscOptions, SerialOptions, VirtualOptions


@pytest.mark.parametrize(
    ("options", "values"),
    [
        (PcscOptions, {}),
        (SerialOptions, {"port": "/dev/ttyACM0", "baud": 115200, "suffix": "crlf", "parity": "even"}),
        (GpioOptions, {"red": 0, "green": 27}),
        (VirtualOptions, {"control": "a.sock"}),
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
        (VirtualOptions, {"control": "x" * 101}),
    ],
)
def test_bad_options(options: type[Options], values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        options.model_validate(values)
