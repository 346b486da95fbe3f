"""What a card and its reader share after an authentication, in whatever dialect."""

from __future__ import annotations

from enum import IntEnum
from typing import Protocol

STATUS_OK = 0x00
MORE = 0xAF
UNKNOWN_COMMAND = 0x1C
BAD_INTEGRITY = 0x1E
NO_SUCH_KEY = 0x40
BAD_LENGTH = 0x7E
DENIED = 0x9D
BAD_PARAMETER = 0x9E
NO_SUCH_APPLICATION = 0xA0
DELAYED = 0xAD
NOT_AUTHENTICATED = 0xAE
BEYOND_LIMIT = 0xBE
ABORTED = 0xCA
EXISTS = 0xDE
NO_SUCH_FILE = 0xF0


class Refused(Exception):
    """The card says no; `status` is the second byte of 91xx."""

    def __init__(self, status: int) -> None:
        super().__init__(f"91{status:02X}")
        self.status = status


class Mode(IntEnum):
    """How a command is protected, in the numbers of a file's settings."""

    PLAIN = 0
    MAC = 1
    FULL = 3


class Channel(Protocol):
    """Secure messaging from the card's side. `key_no` is the key it was opened with."""

    key_no: int

    def open(self, mode: Mode, ins: int, header: bytes, body: bytes) -> bytes:
        """The data of a command, checked and deciphered. Raises Refused(BAD_INTEGRITY)."""

    def seal(self, mode: Mode, data: bytes) -> bytes:
        """What is sent for an answer of `data` with status OK."""
