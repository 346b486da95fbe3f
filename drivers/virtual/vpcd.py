"""A virtual card for a real pcscd: speaks the protocol of vsmartcard's reader driver (vpcd) in its own process.

`python -m drivers.virtual.vpcd PORT` reads orders as JSON lines and answers each with a line: `{"tap": "04A1B2C3"}`
holds a card to the reader, `{"remove": true}` takes it away, `{"tap": "04A1B2C3", "pull": true}` is a card that is
pulled as soon as it is read. It ends with its input. In one process with a PC/SC client it would deadlock at exit.
"""

from __future__ import annotations

import json
import selectors
import socket
import struct
import sys
from dataclasses import dataclass
from typing import Any, BinaryIO

from drivers.base import UID_BYTES_MAX
from drivers.card_reader.uid import GET_UID, UID_BYTES_MIN

# PC/SC part 3: a contactless storage card, RID A000000306, MIFARE Classic 1K
ATR = bytes.fromhex("3B8F8001804F0CA000000306030001000000006A")
SUCCESS = b"\x90\x00"
UNKNOWN_INSTRUCTION = b"\x6d\x00"
ATR_WANTED = b"\x04"
CONTROLS = (b"\x00", b"\x01", b"\x02")  # power off, power on, reset: they take no answer
CONNECT_S_MAX = 5.0


class Pulled(Exception):
    """The card leaves the reader in the middle of a command."""


@dataclass(frozen=True)
class Card:
    """A card that tells its UID. With `pull` it goes away when it is asked for it."""

    uid: bytes
    pull: bool = False

    def answer(self, frame: bytes) -> bytes | None:
        """The answer to one frame, or None where the protocol wants none. Raises Pulled."""
        if frame in CONTROLS:
            return None
        if frame == ATR_WANTED:
            return ATR
        if self.pull:
            raise Pulled
        return self.uid + SUCCESS if frame == GET_UID else UNKNOWN_INSTRUCTION


class Frames:
    """Frames of the protocol: a length of two bytes, big end first, and that many bytes."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The frames that are whole by now."""
        self._rest += data
        frames = []
        while len(self._rest) >= 2:
            end = 2 + int.from_bytes(self._rest[:2], "big")
            if len(self._rest) < end:
                break
            frames.append(self._rest[2:end])
            self._rest = self._rest[end:]
        return frames

    @staticmethod
    def frame(data: bytes) -> bytes:
        return struct.pack(">H", len(data)) + data


class Slot:
    """The place on the reader: holds a card by a connection to vpcd, or none."""

    def __init__(self, port: int, selector: selectors.BaseSelector) -> None:
        self._port = port
        self._selector = selector
        self._card = Card(b"")
        self._frames = Frames()
        self._socket: socket.socket | None = None

    def insert(self, card: Card) -> None:
        """Hold `card` to the reader in place of the one that is there. Raises OSError when no vpcd listens."""
        self.remove()
        self._card, self._frames = card, Frames()
        self._socket = socket.create_connection(("127.0.0.1", self._port), CONNECT_S_MAX)
        self._selector.register(self._socket, selectors.EVENT_READ)

    def remove(self) -> None:
        """Take the card away, if there is one."""
        if self._socket is not None:
            self._selector.unregister(self._socket)
            self._socket.close()
            self._socket = None

    def serve(self) -> None:
        """Answer what has arrived from vpcd."""
        if self._socket is None:
            return
        try:
            data = self._socket.recv(65536)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)  # else 44 ms for each command
            for frame in self._frames.feed(data):
                answer = self._card.answer(frame)
                if answer is not None:
                    self._socket.sendall(Frames.frame(answer))
        except (OSError, Pulled):
            data = b""
        if not data:
            self.remove()


def obey(slot: Slot, line: bytes) -> dict[str, Any]:
    """Do one order and say what came of it."""
    try:
        order = json.loads(line)
        if order.get("remove"):
            slot.remove()
            return {"done": "remove"}
        uid = bytes.fromhex(order["tap"])
        if not UID_BYTES_MIN <= len(uid) <= UID_BYTES_MAX:
            raise ValueError("a UID has 4 to 10 bytes")
        slot.insert(Card(uid, pull=bool(order.get("pull"))))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return {"error": f"no such order: {error}"}
    except OSError as error:
        return {"error": f"no vpcd listens: {error.strerror or error}"}
    return {"done": "tap"}


def serve(port: int, orders: BinaryIO, answers: BinaryIO) -> None:
    """Serve one slot until `orders` ends. `orders` must be unbuffered, or have a file descriptor of its own."""
    with selectors.DefaultSelector() as selector:
        slot = Slot(port, selector)
        selector.register(orders, selectors.EVENT_READ)
        try:
            while True:
                ready = {key.fileobj for key, _ in selector.select()}
                if orders in ready:
                    line = orders.readline()
                    if not line:
                        return
                    answers.write(json.dumps(obey(slot, line)).encode() + b"\n")
                    answers.flush()
                else:
                    slot.serve()
        finally:
            slot.remove()


def main() -> None:
    """The process; its only argument is vpcd's port."""
    with open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as orders:
        serve(int(sys.argv[1]), orders, sys.stdout.buffer)


if __name__ == "__main__":
    main()
