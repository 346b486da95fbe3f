"""A scanner behind an FTDI adapter on USB: ftdi_sio, udev and the tty layer are real."""

from __future__ import annotations

from typing import Any

from drivers.options import SerialOptions
from drivers.scanner.serial import SerialScanner
from hil_tests.beds.hands import Hands


class UsbSerialBed:
    """The adapter's cable, and what comes out of it, are in the hands of the host; `number` is its USB port."""

    def __init__(self, hands: Hands, port: str, number: int = 3, end: bytes = b"\r", **options: Any) -> None:
        self._hands, self._number, self._end = hands, number, end
        self.plug()
        self.driver = SerialScanner("counter", SerialOptions(port=port, **options))

    def send(self, data: bytes) -> None:
        """Put bytes on the wire as they are."""
        self._hands.do("send", adapter=self._number, data=data.hex())

    def scan(self, text: str) -> None:
        self.send(text.encode() + self._end)

    def scan_damaged(self) -> None:
        self.send(b"690\x00\xff1234567892" + self._end)

    def unplug(self) -> None:
        self._hands.do("unplug_adapter", adapter=self._number)

    def plug(self) -> None:
        self._hands.do("plug_adapter", adapter=self._number)

    def close(self) -> None:
        self.driver.close()
        self.unplug()
