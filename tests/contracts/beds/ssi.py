"""A virtual SSI scanner at the other end of a pseudo-terminal."""

from __future__ import annotations

from pathlib import Path

from drivers.options import SerialOptions
from drivers.scanner.serial import SerialScanner
from drivers.virtual.ssi_scanner import TRIES, SsiScanner

ANSWER_S = 0.5


class SsiScannerBed:
    """Damage is on the wire each time that the code is sent."""

    def __init__(self, folder: Path) -> None:
        self.scanner = SsiScanner(folder / "scanner", ANSWER_S)
        options = SerialOptions(port=str(self.scanner.port), protocol="ssi")
        self.driver = SerialScanner("counter", options)

    def scan(self, text: str) -> None:
        self.scanner.scan(text)

    def scan_damaged(self) -> None:
        self.scanner.damage = TRIES
        self.scan("6901234567892")

    def plug(self) -> None:
        self.scanner.plug()

    def unplug(self) -> None:
        self.scanner.unplug()

    def close(self) -> None:
        self.driver.close()
        self.unplug()
