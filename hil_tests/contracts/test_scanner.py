"""The scanner's contract on a USB serial adapter, with each suffix."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hil_tests.beds.hands import Hands
from hil_tests.beds.usb_serial import UsbSerialBed
from tests.contracts.scanner import ScannerContract


class TestUsbSerial(ScannerContract):
    @pytest.fixture(params=[(b"\r", "cr"), (b"\r\n", "any")], ids=["cr", "crlf by any"])
    def bed(self, hands: Hands, request: pytest.FixtureRequest) -> Iterator[UsbSerialBed]:
        end, suffix = request.param
        bed = UsbSerialBed(hands, "/dev/stillpoint/serial-1-3", end=end, suffix=suffix)
        yield bed
        bed.close()
