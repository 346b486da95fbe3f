"""Cutting a stream of ESC/POS into text and commands, in any portions and within bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

DATA_BYTES_MAX = 64 * 1024
LIST_BYTES_MAX = 64
ESC, FS, GS, DLE = 0x1B, 0x1C, 0x1D, 0x10
CONTROLS = frozenset(b"\t\n\x0c\r\x18")

# What follows each command, by Epson's reference. An unknown command has nothing behind it.
_PARAMETERS: Mapping[int, Mapping[bytes, int]] = MappingProxyType(
    {
        ESC: dict.fromkeys(
            (b"!", b"a", b"E", b"G", b"-", b"M", b"t", b"R", b"d", b"J", b"3", b" ", b"V", b"{", b"r"), 1
        )
        | {b"=": 1, b"%": 1, b"?": 1, b"S": 0, b"T": 1, b"p": 3, b"$": 2, b"\\": 2, b"c": 2, b"W": 8, b"e": 1, b"K": 1},
        FS: {b"!": 1, b"-": 1, b"S": 2, b"C": 1, b"W": 1, b"p": 2},
        GS: dict.fromkeys((b"!", b"B", b"r", b"a", b"h", b"w", b"H", b"f", b"b", b"I", b"/", b"E"), 1)
        | {b"L": 2, b"W": 2, b"P": 2, b"$": 2, b"\\": 2, b"^": 3},
        DLE: {b"\x04": 1, b"\x05": 1, b"\x14": 3},
    }
)
_FEEDING_CUTS = b"ABabgh"  # these say how far to feed before the cut


@dataclass(frozen=True)
class Command:
    """One command with what follows it: "\\x1ba" with b"\\x01" centres."""

    name: bytes
    data: bytes = b""


class CommandParser:
    """Fed with bytes; gives text as bytes, and commands. Holds at most what one command may have."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[bytes | Command]:
        stream = self._rest + data
        at = 0
        while at < len(stream):
            found, length = _next(stream, at)
            if length == 0:
                break
            at += length
            if found is not None:
                yield found
        self._rest = stream[at:]


def _next(stream: bytes, at: int) -> tuple[bytes | Command | None, int]:
    """What stands at `at`, and its length; length 0 if it has not all come yet."""
    first = stream[at]
    if first in _PARAMETERS:
        return _command(stream, at)
    if first in CONTROLS:
        return Command(stream[at : at + 1]), 1
    if first < 0x20:
        return None, 1
    end = at
    while end < len(stream) and stream[end] >= 0x20:
        end += 1
    return stream[at:end], end - at


def _command(stream: bytes, at: int) -> tuple[Command | None, int]:
    if at + 2 > len(stream):
        return None, 0
    name = stream[at : at + 2]
    length = _length(name, stream[at + 2 : at + 10], stream, at + 2)
    if length is None or at + 2 + length > len(stream):
        return None, 0
    return Command(name, stream[at + 2 : at + 2 + length]), 2 + length


def _length(name: bytes, head: bytes, stream: bytes, start: int) -> int | None:
    """How many bytes follow; None while that cannot be told. What would be too much is taken for nothing."""
    if name in (b"\x1d(", b"\x1c("):
        return None if len(head) < 3 else _bounded(3 + int.from_bytes(head[1:3], "little"))
    if name == b"\x1dv":
        width, height = int.from_bytes(head[2:4], "little"), int.from_bytes(head[4:6], "little")
        return None if len(head) < 6 else _bounded(6 + width * height)
    if name == b"\x1b*":
        deep = 3 if head[:1] in (b"\x20", b"\x21") else 1
        return None if len(head) < 3 else _bounded(3 + deep * int.from_bytes(head[1:3], "little"))
    if name == b"\x1dV":
        return None if not head else (2 if head[0] in _FEEDING_CUTS else 1)
    if name == b"\x1dk":
        return _barcode(head, stream, start)
    if name == b"\x1bD":
        end = stream.find(b"\0", start, start + LIST_BYTES_MAX)
        return end + 1 - start if end >= 0 else (0 if len(stream) - start >= LIST_BYTES_MAX else None)
    return _PARAMETERS[name[0]].get(name[1:], 0)


def _barcode(head: bytes, stream: bytes, start: int) -> int | None:
    """GS k: up to 6 it ends with NUL, from 65 its length is said."""
    if not head or (head[0] >= 65 and len(head) < 2):
        return None
    if head[0] >= 65:
        return 2 + head[1]
    end = stream.find(b"\0", start + 1, start + 256)
    return end + 1 - start if end >= 0 else (0 if len(stream) - start >= 256 else None)


def _bounded(length: int) -> int:
    return length if length <= DATA_BYTES_MAX else 0
