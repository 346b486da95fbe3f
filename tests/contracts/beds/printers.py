"""Beds of receipt printers: the virtual twin, and the real driver with a virtual printer behind a pty and TCP."""

from __future__ import annotations

import os
import select
import socket
import threading
import tty
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from PIL import Image

from drivers.options import EscposOptions, VirtualPrinterOptions
from drivers.printer.escpos import EscposPrinter
from drivers.printer.talk import Wire
from drivers.printer.usb_wire import usb_wire
from drivers.virtual.client import send
from drivers.virtual.printer import VirtualPrinter
from tests.contracts.beds.machine import WiredMachine
from tests.drivers.printer.usb_stand_in import UsbStandIn

STEP_S = 0.02


class VirtualPrinterBed:
    def __init__(self, folder: Path) -> None:
        self.path, self._folder = folder / "control.sock", folder / "receipts"
        options = VirtualPrinterOptions(control=self.path, pictures=self._folder)
        self.driver = VirtualPrinter("counter", options)

    def unplug(self) -> None:
        self.driver.plug(False)

    def plug(self) -> None:
        self.driver.plug(True)

    def paper(self, state: str | int) -> None:
        send(self.path, {"paper": state} if isinstance(state, str) else {"paper_dots": state})

    def cover(self, state: str) -> None:
        send(self.path, {"cover": state})

    def pieces(self) -> list[Image.Image]:
        return [_loaded(path) for path in sorted(self._folder.glob("*.png"))]

    def kicked(self, times: int) -> bool:
        tick = threading.Event()
        return any(self.driver.kicks == times or tick.wait(0.01) for _ in range(1000))

    def close(self) -> None:
        self.driver.close()


class WiredPrinterBed(WiredMachine):
    """`options` say where; a subclass makes the wire."""

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self._thread: threading.Thread | None = None
        self.plug()
        self.driver = EscposPrinter("counter", EscposOptions.model_validate(options))

    def plug(self) -> None:
        self.begin()
        self._thread = threading.Thread(target=self.run, name="printer", daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        self.stop()
        if self._thread is not None:
            self._thread.join()

    def run(self) -> None:
        """Serve the wire until `stop`, and take it away then."""
        raise NotImplementedError

    def close(self) -> None:
        self.driver.close()
        self.unplug()


class PtyPrinterBed(WiredPrinterBed):
    """The port is a symlink that leads to another pty after each replug."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.port = folder / "printer"
        super().__init__(port=str(self.port), **options)

    def plug(self) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.port.unlink(missing_ok=True)
        self.port.symlink_to(os.ttyname(self._slave))
        super().plug()

    def run(self) -> None:
        self.serve(self)
        self.port.unlink(missing_ok=True)
        os.close(self._slave)
        os.close(self._master)

    def receive(self) -> bytes:
        there, _, _ = select.select([self._master], [], [], STEP_S)
        return os.read(self._master, 4096) if there else b""

    def send(self, data: bytes) -> None:
        os.write(self._master, data)


class TcpPrinterBed(WiredPrinterBed):
    """A printer in the network: one connection at a time, on one port of this machine."""

    def __init__(self, **options: Any) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.tcp_port = probe.getsockname()[1]
        super().__init__(host="127.0.0.1", tcp_port=self.tcp_port, **options)

    def plug(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.tcp_port))
        self._listener.settimeout(STEP_S)
        self._here = True
        super().plug()

    def unplug(self) -> None:
        self._here = False
        super().unplug()

    def run(self) -> None:
        with self._listener:
            while self._here:
                try:
                    self._link, _ = self._listener.accept()
                except TimeoutError:
                    continue
                with self._link:
                    self._link.settimeout(STEP_S)
                    self.serve(self)

    def receive(self) -> bytes:
        try:
            data = self._link.recv(4096)
        except TimeoutError:
            return b""
        if not data:
            raise ConnectionError("the other end is gone")
        return data

    def send(self, data: bytes) -> None:
        self._link.sendall(data)


class _UsbPrinter(EscposPrinter):
    """On a USB backend of its own."""

    stand_in: UsbStandIn

    def wire(self) -> AbstractContextManager[Wire]:
        return usb_wire(self._options, self.stand_in)


class UsbPrinterBed(WiredMachine):
    """pyusb is real; below it are descriptors and bulk transfers of a virtual printer."""

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self._stand_in = UsbStandIn()
        self._stand_in.machine, self._stand_in.lock = self.machine, self._lock
        self.driver = _UsbPrinter("counter", EscposOptions.model_validate({"usb": "04b8:0e15", **options}))
        self.driver.stand_in = self._stand_in

    def plug(self) -> None:
        self._stand_in.plugged = True

    def unplug(self) -> None:
        self._stand_in.plugged = False

    def close(self) -> None:
        self.driver.close()


def _loaded(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("L")
