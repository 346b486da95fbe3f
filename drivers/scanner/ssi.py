"""Zebra's Simple Serial Interface (SSI): frames with a checksum, and what they carry. Pure, streaming, bounded.

A frame is length, opcode, source, status, data, checksum. The length counts every byte but the two of the checksum,
which is the two's complement of the sum of all others, high byte first (Zebra, 72E-40451, "SSI Packets").
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple

HEADER_BYTES = 4
CHECKSUM_BYTES = 2
LENGTH_MAX = 255
DATA_BYTES_MAX = LENGTH_MAX - HEADER_BYTES
DECODER, HOST = 0x00, 0x04
RETRANSMITTED, CONTINUED = 0x01, 0x02  # bits of the status
NAK_RESEND = 1


class Op(IntEnum):
    """The opcodes that are spoken here; a decoder has more."""

    CMD_ACK = 0xD0
    CMD_NAK = 0xD1
    DECODE_DATA = 0xF3
    EVENT = 0xF6


# Code types of DECODE_DATA whose AIM identifier is certain and of use: those of GS1 and EAN (ISO/IEC 15424).
AIM_OF_TYPE: Mapping[int, str] = MappingProxyType(
    {0x03: "]C0", 0x0A: "]E4", 0x0B: "]E0", 0x0F: "]C1", 0x30: "]e0", 0x31: "]e0", 0x32: "]e0"}
)


class Frame(NamedTuple):
    """One frame whose checksum was right."""

    opcode: int
    source: int
    status: int
    data: bytes

    @property
    def retransmitted(self) -> bool:
        """The decoder sent it before and heard no answer."""
        return bool(self.status & RETRANSMITTED)

    @property
    def continued(self) -> bool:
        """More frames of the same message follow."""
        return bool(self.status & CONTINUED)


def frame(opcode: int, source: int = HOST, status: int = 0, data: bytes = b"") -> bytes:
    """The bytes of one frame. Raises ValueError for more than 251 bytes of data."""
    if len(data) > DATA_BYTES_MAX:
        raise ValueError(f"{len(data)} bytes are too many for one SSI frame; at most {DATA_BYTES_MAX}")
    body = bytes([HEADER_BYTES + len(data), opcode, source, status]) + data
    return body + checksum(body)


def checksum(body: bytes | bytearray) -> bytes:
    """The two bytes behind `body`."""
    return (-sum(body) & 0xFFFF).to_bytes(CHECKSUM_BYTES, "big")


def ack() -> bytes:
    """The host takes a frame."""
    return frame(Op.CMD_ACK)


def nak(cause: int) -> bytes:
    """The host refuses a frame; the decoder sends it again for NAK_RESEND."""
    return frame(Op.CMD_NAK, data=bytes([cause]))


class FrameParser:
    """Feed it bytes as they come, in any pieces; it gives each frame once, whole or not at all.

    Bytes that begin no frame are passed over one by one until one begins, so that it finds back after noise. At most
    one frame's bytes are kept.
    """

    def __init__(self) -> None:
        self._rest = bytearray()
        self._damaged = False
        self.in_noise = False  # bytes were passed over, and no frame came since

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that are whole by now."""
        self._rest += data
        frames: list[Frame] = []
        while len(self._rest) >= HEADER_BYTES:
            end = self._rest[0] + CHECKSUM_BYTES
            if self._rest[0] < HEADER_BYTES or self._rest[2] not in {DECODER, HOST}:
                self._pass_over()
            elif len(self._rest) < end:
                break
            elif checksum(self._rest[: end - CHECKSUM_BYTES]) != self._rest[end - CHECKSUM_BYTES : end]:
                self._pass_over()
                self._damaged = True
            else:
                _, opcode, source, status = self._rest[:HEADER_BYTES]
                frames.append(Frame(opcode, source, status, bytes(self._rest[HEADER_BYTES : end - CHECKSUM_BYTES])))
                del self._rest[:end]
                self.in_noise = False
        return frames

    def settle(self) -> list[Frame]:
        """Nothing came for a while: what looked like the beginning of a frame was none. Gives frames behind it."""
        frames: list[Frame] = []
        while self._rest:
            self._pass_over()
            frames += self.feed(b"")
        return frames

    def take_damaged(self) -> bool:
        """Whether noise began or a frame was damaged since the last call."""
        damaged, self._damaged = self._damaged, False
        return damaged

    def _pass_over(self) -> None:
        self._damaged = self._damaged or not self.in_noise
        self.in_noise = True
        del self._rest[0]
