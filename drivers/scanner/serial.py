"""Scanners on a serial port, USB or not. The port may be a symlink that leads elsewhere after a replug."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

import serial

from drivers.base import Kind, Scanned
from drivers.errors import DeviceLost
from drivers.identity import Identity
from drivers.options import SerialOptions
from drivers.scanner.code import Code, Fault
from drivers.scanner.faults import tell_faults
from drivers.scanner.lines import LineParser
from drivers.scanner.ssi_host import SsiHost
from drivers.serial_identity import identity_of_port
from drivers.serial_port import HANG_UP, open_port
from drivers.supervised import Supervised

READ_MS = 250
CHUNK_BYTES = 4096
PARITY: Mapping[str, str] = MappingProxyType(
    {"none": serial.PARITY_NONE, "even": serial.PARITY_EVEN, "odd": serial.PARITY_ODD}
)


class Parser(Protocol):
    """What a protocol on the wire is to the driver: LineParser or SsiHost."""

    faults: set[Fault]

    def feed(self, data: bytes) -> list[Code]: ...

    def silent(self, since_ms: int) -> list[Code]: ...

    def take_answer(self) -> bytes: ...


class SerialScanner(Supervised):
    """One scanner; it holds its port alone."""

    kind: Kind = "scanner"

    def __init__(self, device: str, options: SerialOptions) -> None:
        super().__init__(device)
        self._options = options

    def identities(self) -> list[Identity]:
        """See drivers.identity.TellsIdentity; of what is at its port."""
        port = self._options.port
        return [identity_of_port(port, "serial scanner")] if os.path.exists(port) else []

    def hold(self) -> None:
        options = self._options
        with open_port(options.port, options.baud, READ_MS / 1000, parity=PARITY[options.parity]) as port:
            self.report("device_ready")
            try:
                self._serve(port)
            except HANG_UP as error:
                raise DeviceLost("port_lost", port=options.port) from error

    def _serve(self, port: serial.Serial) -> None:
        parser = self._parser()
        since_ms = 0
        while not self.closing:
            self.beat()
            data = port.read(1)
            if data:
                since_ms = 0
                self._tell(parser.feed(data + port.read(min(port.in_waiting, CHUNK_BYTES))), parser.faults)
            else:
                since_ms += READ_MS
                self._tell(parser.silent(since_ms), parser.faults)
            answer = parser.take_answer()
            if answer:
                port.write(answer)

    def _parser(self) -> Parser:
        options = self._options
        if options.protocol == "ssi":
            return SsiHost(options.chars_max, options.strip_aim)
        return LineParser(options.suffix, options.chars_max, options.strip_aim)

    def _tell(self, codes: list[Code], faults: set[Fault]) -> None:
        at_ns = time.monotonic_ns()
        tell_faults(self, faults, self._options.chars_max)
        for code in codes:
            self.report("device_ready")
            self.emit(Scanned(self.device, code.text, at_ns, code.aim))
