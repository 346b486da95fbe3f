"""Frames between a host and a PN532 over a serial line (NXP UM0701-02, 6.2): built, and found again in a stream. Pure.

A frame is 00 00 FF, the length, a checksum of the length, the data, a checksum of the data, 00. The first data byte
says who speaks: D4 the host, D5 the chip, 7F the chip that did not understand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["ack", "nack", "data"]

START = b"\x00\xff"
ACK, NACK = bytes.fromhex("0000FF00FF00"), bytes.fromhex("0000FFFF0000")
WAKE_UP = bytes.fromhex("5555") + bytes(14)  # then SAMConfiguration comes first
BAUD = 115_200
FROM_HOST, FROM_CHIP, SYNTAX_ERROR = 0xD4, 0xD5, 0x7F
NORMAL_MAX = 255
DATA_MAX = 265  # who speaks, the command, and 263 bytes; no PN532 sends more
_EXTENDED = b"\xff\xff"
_ACK_BODY, _NACK_BODY = b"\x00\xff", b"\xff\x00"


@dataclass(frozen=True, slots=True)
class Pn532Frame:
    """`data` begins with who speaks; it stays out of the repr, for it may be what a card stores. An ACK has none."""

    kind: Kind
    data: bytes = field(default=b"", repr=False)


def frame(data: bytes) -> bytes:
    """The bytes on the line for `data`, which begins with who speaks. ValueError for what no frame holds."""
    if not 1 <= len(data) <= DATA_MAX:
        raise ValueError(f"a frame holds 1 to {DATA_MAX} bytes, not {len(data)}")
    extended = len(data) > NORMAL_MAX
    length = len(data).to_bytes(1 + extended, "big")
    head = (_EXTENDED if extended else b"") + length + bytes((-sum(length) % 256,))
    return b"\0" + START + head + data + bytes((-sum(data) % 256, 0))


class Pn532Parser:
    """Feed it bytes as they come, in any pieces. It holds one frame at most; what is no frame is left out.

    `dropped` counts the bytes that belonged to no frame, but for the zeros between frames.
    """

    def __init__(self) -> None:
        self._held = b""
        self.dropped = 0

    def feed(self, data: bytes) -> list[Pn532Frame]:
        """The frames that end within `data`."""
        self._held += data
        frames: list[Pn532Frame] = []
        while self._at_start():
            size, found = _read(self._held)
            if found is not None:
                frames.append(found)
                self._held = self._held[size:]
            elif size:
                self._drop(1)
            else:
                break
        return frames

    def idle(self) -> list[Pn532Frame]:
        """Nothing came for a while: a frame that is not whole by now never will be. Gives the frames inside of it."""
        frames: list[Pn532Frame] = []
        while self._held:
            self._drop(1)
            frames += self.feed(b"")
        return frames

    def _at_start(self) -> bool:
        """Leave out what comes before a start, and tell whether there is one."""
        at = self._held.find(START)
        self._drop(at if at >= 0 else len(self._held) - self._held.endswith(START[:1]))
        return at >= 0

    def _drop(self, count: int) -> None:
        self.dropped += count - self._held.count(0, 0, count)
        self._held = self._held[count:]


def _read(held: bytes) -> tuple[int, Pn532Frame | None]:
    """The frame at the start of `held` and its size; a size without a frame is noise, and no size asks for more."""
    body = held[len(START) :]
    if body.startswith((_ACK_BODY, _NACK_BODY)):
        return len(START) + 2, Pn532Frame("ack" if body.startswith(_ACK_BODY) else "nack")
    width = 5 if body.startswith(_EXTENDED) else 2
    if len(body) < width:
        return 0, None
    length = int.from_bytes(body[2:4], "big") if width == 5 else body[0]
    checked = body[2:5] if width == 5 else body[:2]
    if sum(checked) % 256 or not 1 <= length <= DATA_MAX:
        return 1, None
    if len(body) < width + length + 1:
        return 0, None
    data = body[width : width + length]
    if sum(body[width : width + length + 1]) % 256:
        return 1, None
    return len(START) + width + length + 1, Pn532Frame("data", data)
