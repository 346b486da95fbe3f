"""A scanner that speaks SSI behind an FTDI adapter on USB: each code is acknowledged over the wire."""

from __future__ import annotations

from drivers.options import SerialOptions
from drivers.scanner.serial import SerialScanner
from hil_tests.beds.hands import Hands


class UartScannerBed:
    """The decoder is played on the host, which waits for the driver's answers."""

    def __init__(self, hands: Hands, port: str) -> None:
        self._hands = hands
        self.plug()
        self.driver = SerialScanner("counter", SerialOptions(port=port, protocol="ssi"))

    def scan(self, text: str) -> None:
        self.scanned(text)

    def scanned(self, text: str, **trouble: int) -> bool:
        """Whether the host took the code; see hil_tests.bench.uart_scanner for the trouble there may be."""
        return bool(self._hands.do("ssi", call="scan", text=text, **trouble))

    def scan_damaged(self) -> None:
        self._hands.do("ssi", call="scan_damaged")

    def unplug(self) -> None:
        self._hands.do("ssi", call="unplug")

    def plug(self) -> None:
        self._hands.do("ssi", call="plug")

    def close(self) -> None:
        self.driver.close()
        self.unplug()
