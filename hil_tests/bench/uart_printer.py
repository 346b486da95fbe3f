"""A receipt printer on a serial adapter: the virtual printer on the host, with its paper and cover in our hands."""

from __future__ import annotations

import io
import socket
import threading

from PIL import Image

from hil_tests.bench.devices import SerialAdapter
from tests.contracts.beds.machine import WiredMachine

RECEIVE_S = 0.1


class UartPrinter(WiredMachine):
    """Holds `adapter` while it is plugged in, and stays what it is meanwhile."""

    def __init__(self, adapter: SerialAdapter) -> None:
        super().__init__()
        self._adapter = adapter
        self._end: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def plug(self) -> None:
        """Put the cable in; nothing if it is."""
        if self._thread is None:
            self._adapter.plug()
            assert self._adapter.connection is not None
            self._end = self._adapter.connection
            self._end.settimeout(RECEIVE_S)
            self.begin()
            self._thread = threading.Thread(target=self.serve, args=(self,), name="printer", daemon=True)
            self._thread.start()

    def unplug(self) -> None:
        if self._thread is not None:
            self.stop()
            self._thread.join()
            self._thread = None
            self._adapter.unplug()

    def receive(self) -> bytes:
        assert self._end is not None
        try:
            data = self._end.recv(4096)
        except TimeoutError:
            return b""
        if not data:
            raise ConnectionError("the machine is gone")
        return data

    def send(self, data: bytes) -> None:
        assert self._end is not None
        self._end.sendall(data)

    def pictures(self) -> list[str]:
        """What was cut off so far, as PNG in hex."""
        return [_png(piece) for piece in self.pieces()]


def _png(piece: Image.Image) -> str:
    file = io.BytesIO()
    piece.save(file, "PNG")
    return file.getvalue().hex()
