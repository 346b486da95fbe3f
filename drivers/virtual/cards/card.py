"""What every emulated card is, and how it takes a command apart."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from drivers.virtual.cards.eeprom import Eeprom

Chance = Callable[[int], bytes]  # as many bytes that nobody can guess

READER_CLASS = 0xFF  # PC/SC part 3: such commands are for the reader, which asks the card in its own way
GET_DATA = 0xCA
OK = b"\x90\x00"
WRONG_LENGTH = b"\x67\x00"
UNKNOWN_INSTRUCTION = b"\x6d\x00"
UNKNOWN_CLASS = b"\x6e\x00"
NOT_SUPPORTED = b"\x6a\x81"


class Mute(Exception):
    """The card stays in the field and gives no answer."""


@dataclass(frozen=True)
class Command:
    """A command APDU (ISO/IEC 7816-3, 12.1). `le` is the length that is asked for, None for none."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes
    le: int | None

    @classmethod
    def parse(cls, apdu: bytes) -> Command:
        """Raises ValueError when the lengths do not fit."""
        if len(apdu) < 4:
            raise ValueError("a command has 4 bytes at least")
        data, le = _body(apdu[4:])
        return cls(apdu[0], apdu[1], apdu[2], apdu[3], data, le)


class Card(ABC):
    """A card at a reader. `eeprom` outlives power; everything else goes with `power_off`."""

    kind: str
    atr: bytes
    delay_ms: int = 0  # how long each answer takes

    def __init__(self, eeprom: Eeprom) -> None:
        self.eeprom = eeprom

    @property
    @abstractmethod
    def uid(self) -> bytes:
        """The number it shows at this tap."""

    @abstractmethod
    def power_off(self) -> None:
        """Leave the field: authentications, selections and half-done commands are forgotten."""

    @abstractmethod
    def command(self, command: Command) -> bytes:
        """The card's own answer, with its status word. Raises Pulled when it loses power meanwhile."""

    def answer(self, apdu: bytes) -> bytes:
        """The answer to a command APDU, one for the reader (class FF) included. Raises Pulled and Mute."""
        try:
            command = Command.parse(apdu)
        except ValueError:
            return WRONG_LENGTH
        return self.reader_command(command) if command.cla == READER_CLASS else self.command(command)

    def reader_command(self, command: Command) -> bytes:
        """What the reader answers by itself: the UID."""
        if command.ins != GET_DATA:
            return UNKNOWN_INSTRUCTION
        return self.uid + OK if (command.p1, command.p2) == (0, 0) else NOT_SUPPORTED


def _body(rest: bytes) -> tuple[bytes, int | None]:
    if not rest:
        return b"", None
    if len(rest) == 1:
        return b"", rest[0] or 256
    if rest[0]:
        return _with_le(rest[1:], rest[0], 1)
    if len(rest) == 3:
        return b"", int.from_bytes(rest[1:], "big") or 65_536
    return _with_le(rest[3:], int.from_bytes(rest[1:3], "big"), 2)


def _with_le(rest: bytes, length: int, le_bytes: int) -> tuple[bytes, int | None]:
    data, le = rest[:length], rest[length:]
    if not length or len(data) < length or len(le) not in {0, le_bytes}:
        raise ValueError("the lengths of the command do not fit")
    return data, (int.from_bytes(le, "big") or 1 << 8 * le_bytes) if le else None
