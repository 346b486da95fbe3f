"""Virtual cards for a real pcscd: speaks the protocol of vsmartcard's reader driver (vpcd) in its own process.

`python -m drivers.virtual.vpcd PORT` reads orders as JSON lines and answers each with a line: `{"tap": "04A1B2C3"}`
holds a card to the reader, with more about it as in `drivers.virtual.cards.wallet`; `{"remove": true}` takes it away;
`{"tap": "04A1B2C3", "pull": true}` is a card that is pulled as soon as it is read. It ends with its input. In one
process with a PC/SC client it would deadlock at exit.
"""

from __future__ import annotations

import secrets
import selectors
import socket
import struct
import sys
import threading
from collections.abc import Mapping
from typing import Any, BinaryIO

from drivers.virtual.cards.card import Card, Mute
from drivers.virtual.cards.eeprom import Pulled
from drivers.virtual.cards.uid_only import STORAGE_ATR, UidOnly, marked
from drivers.virtual.cards.wallet import Wallet
from drivers.virtual.order_lines import answered

ATR = STORAGE_ATR  # of a card that only has a UID
ATR_WANTED = b"\x04"
POWER_ON = b"\x01"
POWER_OFF, RESET = b"\x00", b"\x02"  # these three take no answer
CONNECT_S_MAX = 5.0


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


def answer_to(card: Card, frame: bytes) -> bytes | None:
    """The answer to one frame, or None where there is none. Raises Pulled."""
    if frame == ATR_WANTED:
        return card.atr
    if frame in {POWER_OFF, RESET}:
        card.power_off()
        return None
    if frame == POWER_ON:
        return None
    if card.delay_ms:
        threading.Event().wait(card.delay_ms / 1000)
    try:
        return card.answer(frame)
    except Mute:
        return None


class Slot:
    """The place on the reader: holds a card by a connection to vpcd, or none."""

    def __init__(self, port: int, selector: selectors.BaseSelector, wallet: Wallet) -> None:
        self._port = port
        self._selector = selector
        self._wallet = wallet
        self._card: Card = UidOnly(marked(bytes(4)))
        self._frames = Frames()
        self._socket: socket.socket | None = None

    def insert(self, card: Card) -> None:
        """Hold `card` to the reader in place of the one that is there. Raises OSError when no vpcd listens."""
        self.remove()
        self._card, self._frames = card, Frames()
        try:
            self._socket = socket.create_connection(("127.0.0.1", self._port), CONNECT_S_MAX)
        except OSError as error:
            raise OSError(error.errno, f"no vpcd listens: {error.strerror or error}") from error
        self._selector.register(self._socket, selectors.EVENT_READ)

    def remove(self) -> None:
        """Take the card away, if there is one."""
        if self._socket is not None:
            self._selector.unregister(self._socket)
            self._socket.close()
            self._socket = None
            self._card.power_off()

    def obey(self, order: Mapping[str, Any]) -> str:
        """Do one order. Raises ValueError and OSError."""
        if order.get("remove"):
            self.remove()
            return "remove"
        told = {key: value for key, value in order.items() if key != "pull"}
        self.insert(self._wallet.take({**told, "fault": {"pull_at": 0}} if order.get("pull") else told))
        return "tap"

    def serve(self) -> None:
        """Answer what has arrived from vpcd."""
        if self._socket is None:
            return
        try:
            data = self._socket.recv(65536)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)  # else 44 ms for each command
            for frame in self._frames.feed(data):
                answer = answer_to(self._card, frame)
                if answer is not None:
                    self._socket.sendall(Frames.frame(answer))
        except (OSError, Pulled):
            data = b""
        self._wallet.keep()
        if not data:
            self.remove()


def serve(port: int, orders: BinaryIO, answers: BinaryIO) -> None:
    """Serve one slot until `orders` ends. `orders` must be unbuffered, or have a file descriptor of its own."""
    with selectors.DefaultSelector() as selector:
        slot = Slot(port, selector, Wallet(secrets.token_bytes))
        selector.register(orders, selectors.EVENT_READ)
        try:
            while True:
                ready = {key.fileobj for key, _ in selector.select()}
                if orders in ready:
                    line = orders.readline()
                    if not line:
                        return
                    answers.write(answered(line, slot.obey))
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
