"""The messages between libpcsclite and its service, protocol 4.2 to 4.5 (pcsc-lite's winscard_msg.h).

A call is a header of size and command, then as many bytes; a command for the card or the reader follows after them. An
answer has no header. Numbers are the machine's own, 32 bits each.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

HEADER = struct.Struct("=II")
NAME_BYTES = 128
READERS_MAX = 16
ATR_BYTES = 33
ATTRIBUTE_BYTES = 264
BODY_BYTES_MAX = 4096
FOLLOWING_BYTES_MAX = 66_000

VERSION = struct.Struct("=iiI")  # major, minor, result
ESTABLISH = struct.Struct("=III")  # scope, context, result
RELEASE = struct.Struct("=II")  # context, result
CONNECT = struct.Struct(f"=I{NAME_BYTES}sIIiII")  # context, reader, share, protocols, handle, protocol, result
RECONNECT = struct.Struct("=iIIIII")  # handle, share, protocols, what to do first, protocol, result
DISCONNECT = struct.Struct("=iII")  # handle, what to do, result
BEGIN = struct.Struct("=iI")  # handle, result; also of a status
TRANSMIT = struct.Struct("=iIIIIIII")  # handle, PCI (two), bytes sent, PCI (two), bytes wanted or given, result
CONTROL = struct.Struct("=iIIIII")  # handle, code, bytes sent, bytes wanted, bytes given, result
ATTRIBUTE = struct.Struct(f"=iI{ATTRIBUTE_BYTES}sII")  # handle, number, value, its length, result
WAITED = struct.Struct("=II")  # unused, result
EVENTS = struct.Struct("=II")  # count, result
STATE = struct.Struct(f"={NAME_BYTES}sIIi{ATR_BYTES}s3xII")  # name, events, state, sharing, ATR, its length, protocol


class Ask(IntEnum):
    """What a client may ask for."""

    ESTABLISH = 0x01
    RELEASE = 0x02
    CONNECT = 0x04
    RECONNECT = 0x05
    DISCONNECT = 0x06
    BEGIN = 0x07
    END = 0x08
    TRANSMIT = 0x09
    CONTROL = 0x0A
    STATUS = 0x0B
    CANCEL = 0x0D
    ATTRIBUTE = 0x0F
    VERSION = 0x11
    READERS = 0x12
    WAIT = 0x13
    STOP_WAITING = 0x14
    READER_EVENTS = 0x15


class BadCall(ValueError):
    """A client does not keep to the protocol."""


@dataclass(frozen=True)
class Call:
    """One call, whole: its body as it stands, and what followed for card or reader."""

    ask: Ask
    body: bytes
    following: bytes


class Calls:
    """Calls out of a stream of bytes, however it is cut."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Call]:
        """The calls that are whole by now. Raises BadCall."""
        self._rest += data
        calls = []
        while (call := self._next()) is not None:
            calls.append(call)
        return calls

    def _next(self) -> Call | None:
        if len(self._rest) < HEADER.size:
            return None
        size, number = HEADER.unpack_from(self._rest)
        if size > BODY_BYTES_MAX or number not in set(Ask):
            raise BadCall(f"call {number} with {size} bytes")
        ask, end = Ask(number), HEADER.size + size
        if len(self._rest) < end:
            return None
        body = self._rest[HEADER.size : end]
        length = _following(ask, body)
        if len(self._rest) < end + length:
            return None
        call = Call(ask, body, self._rest[end : end + length])
        self._rest = self._rest[end + length :]
        return call


def _following(ask: Ask, body: bytes) -> int:
    """How many bytes come after the body."""
    if ask not in {Ask.TRANSMIT, Ask.CONTROL}:
        return 0
    shape, place = (TRANSMIT, 3) if ask == Ask.TRANSMIT else (CONTROL, 2)
    if len(body) != shape.size:
        raise BadCall(f"call {ask} with {len(body)} bytes")
    length: int = shape.unpack(body)[place]
    if length > FOLLOWING_BYTES_MAX:
        raise BadCall(f"{length} bytes for a card")
    return length
