"""The virtual scanner."""

from __future__ import annotations

import time

from drivers.base import TEXT_CHARS_MAX, Kind, Scanned
from drivers.options import VirtualOptions
from drivers.scanner.lines import LineParser
from drivers.virtual.device import VirtualDevice


class VirtualScanner(VirtualDevice):
    """The order `{"scan": "6901234567892"}`, or `scan`, is a code as the serial scanner would read it."""

    kind: Kind = "scanner"

    def __init__(self, device: str = "virtual", options: VirtualOptions | None = None) -> None:
        super().__init__(device, options)
        self.orders["scan"] = self.scan

    def scan(self, text: str) -> None:
        """Scan one code. What a real scanner's driver leaves out (noise, over-long codes) is left out here too."""
        self.need_plug()
        if not isinstance(text, str):
            raise ValueError("scan must be text")
        parser = LineParser("any", TEXT_CHARS_MAX)
        codes = parser.feed(text.encode("utf-8", "replace") + b"\r")
        if len(codes) != 1:
            raise ValueError(f"scan must be one code of 1 to {TEXT_CHARS_MAX} printable characters")
        self.report("device_ready")
        self.emit(Scanned(self.device, codes[0], time.monotonic_ns()))
