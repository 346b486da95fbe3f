"""A scanner at the other end of a pseudo-terminal: the kernel's tty layer is real, the wire is not."""

from __future__ import annotations

import os
import tty
from pathlib import Path
from typing import Any

from drivers.options import SerialOptions
from drivers.scanner.serial import SerialScanner


class PtyScannerBed:
    """The port is a symlink that leads to another pty after each replug, as /dev/serial/by-id does."""

    def __init__(self, folder: Path, end: bytes = b"\r", **options: Any) -> None:
        self.port = folder / "scanner"
        self._end = end
        self._master = self._slave = -1
        self.plug()
        self.driver = SerialScanner("counter", SerialOptions(port=str(self.port), **options))

    def plug(self) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.port.unlink(missing_ok=True)
        self.port.symlink_to(os.ttyname(self._slave))

    def unplug(self) -> None:
        self.port.unlink(missing_ok=True)
        for end in (self._slave, self._master):
            if end >= 0:
                os.close(end)
        self._master = self._slave = -1

    def send(self, data: bytes) -> None:
        """Put bytes on the wire as they are."""
        while data:
            data = data[os.write(self._master, data) :]

    def scan(self, text: str) -> None:
        self.send(text.encode() + self._end)

    def scan_damaged(self) -> None:
        self.send(b"690\x00\xff1234567892" + self._end)

    def close(self) -> None:
        self.driver.close()
        self.unplug()
