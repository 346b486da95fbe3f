"""Beds of the virtual twins: orders go over the control socket, the cable is the driver's own method."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from drivers.base import Pattern
from drivers.options import VirtualOptions
from drivers.virtual.card_reader import VirtualCardReader
from drivers.virtual.client import VirtualClient, VirtualClientError, send
from drivers.virtual.device import VirtualDevice
from drivers.virtual.keypad import VirtualKeypad
from drivers.virtual.light import VirtualLight
from drivers.virtual.scanner import VirtualScanner


class VirtualBed:
    """`kind` is the class of the twin."""

    def __init__(self, folder: Path, kind: type[VirtualDevice]) -> None:
        self.path = folder / "control.sock"
        self.driver = kind("counter", VirtualOptions(control=self.path))

    def unplug(self) -> None:
        self.driver.plug(False)

    def plug(self) -> None:
        self.driver.plug(True)

    def close(self) -> None:
        self.driver.close()


class VirtualCardReaderBed(VirtualBed):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder, VirtualCardReader)

    def tap(self, uid: str) -> None:
        send(self.path, {"tap": uid.lower()})

    def show(self, order: Mapping[str, Any]) -> None:
        send(self.path, dict(order))

    def remove(self) -> None:
        send(self.path, {"remove": True})


class VirtualScannerBed(VirtualBed):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder, VirtualScanner)

    def scan(self, text: str) -> None:
        send(self.path, {"scan": text})

    def scan_damaged(self) -> None:
        self.scan("690\x001234567892")


class VirtualKeypadBed(VirtualBed):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder, VirtualKeypad)

    def press(self, key: str) -> None:
        send(self.path, {"key": key})


class VirtualLightBed(VirtualBed):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder, VirtualLight)
        self._client: VirtualClient | None = None

    def sees(self, pattern: Pattern) -> bool:
        self._client = self._client or VirtualClient(self.path)
        try:
            while self._client.light() != pattern:
                pass
        except VirtualClientError:
            return False
        return True

    def close(self) -> None:
        super().close()
        if self._client is not None:
            self._client.close()
