"""A virtual PN532 at the other end of a pseudo-terminal, for the real driver: all but the wire and the air is real."""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import threading
import tty
from pathlib import Path

from drivers.virtual.cards.card import Card
from drivers.virtual.pn532_chip import VirtualPn532

CHUNK_BYTES = 4096
JOIN_S_MAX = 5.0


class Pn532Wire:
    """`port` is a symlink that leads to another pseudo-terminal after each `plug`, as /dev/serial/by-id does.

    A card that lies there stays with the reader's place when the cable is pulled: the chip that comes back finds it.
    """

    def __init__(self, port: Path) -> None:
        self.port = port
        self.chip = VirtualPn532()
        self._lock = threading.Lock()
        self._ends: tuple[int, int] | None = None
        self._waker, self._woken = socket.socketpair()
        self._thread: threading.Thread | None = None

    def plug(self) -> None:
        """Put the cable in: the chip starts anew."""
        card = self.chip.card
        self.chip = VirtualPn532()
        self.chip.card = card
        master, slave = os.openpty()
        tty.setraw(slave)
        self.port.unlink(missing_ok=True)
        self.port.symlink_to(os.ttyname(slave))
        self._ends = master, slave
        self._thread = threading.Thread(target=self._serve, args=(master, self.chip), name="pn532", daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """Pull the cable out."""
        if self._ends is None or self._thread is None:
            return
        self._waker.send(b"!")
        self._thread.join(JOIN_S_MAX)
        self._woken.recv(1)
        self.port.unlink(missing_ok=True)
        for end in self._ends:
            os.close(end)
        self._ends = None

    def tap(self, card: Card) -> None:
        """Lay `card` into the field in place of the one that is there."""
        with self._lock:
            self.chip.card = card

    def remove(self) -> None:
        """Take the card away."""
        with self._lock:
            self.chip.card = None

    def close(self) -> None:
        self.unplug()
        self._waker.close()
        self._woken.close()

    def _serve(self, master: int, chip: VirtualPn532) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(master, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while not any(key.fileobj is self._woken for key, _ in selector.select()):
                with contextlib.suppress(OSError):
                    data = os.read(master, CHUNK_BYTES)
                    with self._lock:
                        answer = chip.hear(data)
                    os.write(master, answer)
