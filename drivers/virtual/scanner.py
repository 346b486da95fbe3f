"""The virtual scanner."""

from __future__ import annotations

import time

from drivers.base import TEXT_CHARS_MAX, Kind, Scanned
from drivers.options import VirtualOptions
from drivers.scanner.faults import tell_faults
from drivers.scanner.lines import LineParser
from drivers.virtual.device import VirtualDevice


class VirtualScanner(VirtualDevice):
    """The order `{"scan": "6901234567892"}`, or `scan`, is a code as the serial scanner would read it."""

    kind: Kind = "scanner"

    def __init__(self, device: str = "virtual", options: VirtualOptions | None = None) -> None:
        super().__init__(device, options)
        self.orders["scan"] = self.scan

    def scan(self, text: str) -> None:
        """Scan one code. Damage and over-long codes are left out with a status, as the serial scanner does it."""
        self.need_plug()
        if not isinstance(text, str) or not text:
            raise ValueError("scan must be text")
        parser = LineParser("any", TEXT_CHARS_MAX)
        codes = parser.feed(text.encode("utf-8", "replace") + b"\r")
        at_ns = time.monotonic_ns()
        tell_faults(self, parser.faults, TEXT_CHARS_MAX)
        for code in codes:
            self.report("device_ready")
            self.emit(Scanned(self.device, code.text, at_ns, code.aim))
