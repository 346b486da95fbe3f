"""How commands travel to a card's application: in the clear, with a code of authentication, or enciphered."""

from __future__ import annotations

from enum import IntEnum
from typing import Protocol

from cards.apdu import ask_native
from cards.dialogue import Dialogue

READ, WRITE = 0xAD, 0x8D  # cards that know EV2: frames are chained by the link
READ_EV1, WRITE_EV1 = 0xBD, 0x3D  # DESFire EV1: frames are chained by status AF
COMMAND_BYTES_MAX = 52  # what every card takes in one command: DESFire EV1 has frames of 64 bytes and knows no chaining


class CommMode(IntEnum):
    """What protects a command and its answer; the values are those of a file's settings (NXP AN12196)."""

    PLAIN = 0
    MAC = 1
    FULL = 3


class Channel(Protocol):
    """Something that carries native commands to the selected application.

    `read_ins` and `write_ins` are ReadData and WriteData in the dialect of its cards.
    """

    read_ins: int
    write_ins: int

    def send(self, ins: int, header: bytes = b"", data: bytes = b"", mode: CommMode = ...) -> Dialogue[bytes]:
        """One command: `header` (key and file numbers, offsets) is never enciphered, `data` is in mode FULL.

        Gives the answer's data, verified and deciphered. Raises a CardError for everything that a card does wrong.
        """

    def room(self, header: bytes, mode: CommMode) -> int:
        """How many bytes of data fit into one command beside `header`."""


class KeyedChannel(Channel, Protocol):
    """The channel of a session that key `key_no` opened."""

    key_no: int

    def send_last(self, ins: int, header: bytes, data: bytes) -> Dialogue[None]:
        """An enciphered command that ends the session when it succeeds: the change of its own key.

        The card answers without data and without a code.
        """

    def send_key(self, ins: int, header: bytes, data: bytes, check: bytes) -> Dialogue[None]:
        """An enciphered change of another key; `check` is the checksum of the new one."""


class InTheClear:
    """The channel of a card that nobody has authenticated to. It knows mode PLAIN alone."""

    def __init__(self, read_ins: int = READ, write_ins: int = WRITE) -> None:
        self.read_ins, self.write_ins = read_ins, write_ins

    def send(
        self, ins: int, header: bytes = b"", data: bytes = b"", mode: CommMode = CommMode.PLAIN
    ) -> Dialogue[bytes]:
        """As `Channel`; ValueError for a mode that needs keys."""
        if mode is not CommMode.PLAIN:
            raise ValueError(f"mode {mode.name} needs an authentication first")
        return (yield from ask_native(ins, header + data))

    def room(self, header: bytes, mode: CommMode) -> int:
        """As `Channel`."""
        return COMMAND_BYTES_MAX - len(header)
