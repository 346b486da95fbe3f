"""A card in QEMU's card reader, by the VSCARD protocol of `ccid-card-passthru`: the card is ours, the rest is real.

Each message is a header of three numbers (type, reader, length), big end first, and so many bytes.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from dataclasses import dataclass

from drivers.virtual.cards.card import Card, Mute
from drivers.virtual.cards.eeprom import Pulled

HEADER = struct.Struct(">III")
INIT, ERROR, READER_ADD, READER_REMOVE, ATR, CARD_REMOVE, APDU = 1, 2, 3, 4, 5, 6, 7
MAGIC = b"VSCD"
VERSION = 2
READER = 0
LENGTH_MAX = 1 << 20


@dataclass(frozen=True)
class Message:
    """One message of the protocol."""

    kind: int
    body: bytes = b""
    reader: int = READER

    def pack(self) -> bytes:
        return HEADER.pack(self.kind, self.reader, len(self.body)) + self.body


class Messages:
    """Feed it bytes as they come; it gives each message once it is whole. Raises ValueError on an absurd length."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Message]:
        self._rest += data
        found = []
        while len(self._rest) >= HEADER.size:
            kind, reader, length = HEADER.unpack_from(self._rest)
            if length > LENGTH_MAX:
                raise ValueError(f"a VSCARD message of {length} bytes, at most {LENGTH_MAX}")
            end = HEADER.size + length
            if len(self._rest) < end:
                break
            found.append(Message(kind, self._rest[HEADER.size : end], reader))
            self._rest = self._rest[end:]
        return found


class Slot:
    """The slot of one reader, as long as that reader is plugged in. `insert` and `remove` may come from any thread."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._card: Card | None = None
        self._lock = threading.Lock()
        self.apdus: list[bytes] = []
        self._send(Message(INIT, MAGIC + struct.pack(">II", VERSION, 0)))
        self._send(Message(READER_ADD, b"bench\0"))
        self._thread = threading.Thread(target=self._serve, name="vscard", daemon=True)
        self._thread.start()

    def insert(self, card: Card) -> None:
        """Lay `card` into the slot, in place of one that is there."""
        with self._lock:
            self._take_away()
            self._card = card
            self._send(Message(ATR, card.atr))

    def remove(self) -> None:
        with self._lock:
            self._take_away()

    def close(self) -> None:
        """Let go of the connection: until then the reader cannot be plugged in again."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._connection.close()

    def _take_away(self) -> None:
        if self._card is not None:
            self._card = None
            self._send(Message(CARD_REMOVE))

    def _serve(self) -> None:
        messages = Messages()
        with contextlib.suppress(OSError):
            while data := self._connection.recv(65536):
                for message in messages.feed(data):
                    if message.kind == APDU:
                        self._answer(message.body)

    def _answer(self, apdu: bytes) -> None:
        with self._lock:
            self.apdus.append(apdu)
            if self._card is None:
                return
            try:
                answer = self._card.answer(apdu)
            except Pulled:
                self._take_away()
            except Mute:
                return
            else:
                self._send(Message(APDU, answer))

    def _send(self, message: Message) -> None:
        self._connection.sendall(message.pack())
