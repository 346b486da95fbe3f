"""PC/SC calls with errors as exceptions. A context belongs to one thread and to one life of pcscd.

A connection ends with its context. SCardDisconnect is never called: libpcsclite (1.9.9 and 2.3.3) takes the handle off
its lists without their lock, and crashes when another thread releases or establishes a context at that moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Protocol

from smartcard import scard

from drivers.base import ATR_BYTES_MAX

PLUG_AND_PLAY = "\\\\?PnP?\\Notification"
NO_READERS = 0x8010002E
UNKNOWN_READER = 0x80100009
READER_UNAVAILABLE = 0x80100017
TIMEOUT = 0x8010000A
SHARING = 0x8010000B  # somebody else has it for himself
NO_CARD = 0x8010000C
NOT_TRANSACTED = 0x80100016
LOST_DATA = 0x8010002F
UNRESPONSIVE = 0x80100066
UNPOWERED = 0x80100067
RESET = 0x80100068
REMOVED = 0x80100069
SERVICE_GONE = frozenset({0x8010001D, 0x8010001E, 0x80100013, 0x80100003, 0x80100002, 0x80100014})
REFUSED = 0x8010006A  # polkit says no; pcscd says so too for a moment while it stops
READERS_MAX = 16
ESCAPE = scard.SCARD_CTL_CODE(1)  # pcsc-lite's IOCTL for an escape command of CCID


class PcscError(Exception):
    """A call failed; `code` is its 32-bit result. `service_gone`: only a new context helps."""

    def __init__(self, code: int) -> None:
        super().__init__(f"PC/SC error 0x{code:08X}")
        self.code = code

    @property
    def service_gone(self) -> bool:
        return self.code in SERVICE_GONE


class Handle(Protocol):
    """A connection to the card at a reader, or to the reader itself: see Connection."""

    t0: bool

    def transmit(self, apdu: bytes) -> bytes: ...

    def begin(self) -> None: ...

    def end(self) -> None: ...

    def reset(self) -> None: ...

    def escape(self, command: bytes) -> bytes: ...

    def attribute(self, number: int) -> bytes: ...


class Service(Protocol):
    """What the driver asks of PC/SC: see Context."""

    def __enter__(self) -> Service: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def readers(self) -> list[str]: ...

    def changes(self, states: Mapping[str, int], limit_ms: int) -> list[tuple[str, int, bytes]]: ...

    def connect(self, reader: str, direct: bool = False) -> Handle: ...


class Context:
    """One conversation with pcscd. Raises PcscError, here and in every method, when pcscd does not play along."""

    def __init__(self) -> None:
        self._handle = _checked(scard.SCardEstablishContext(scard.SCARD_SCOPE_USER))

    def __enter__(self) -> Context:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        scard.SCardReleaseContext(self._handle)

    def readers(self) -> list[str]:
        """The names of all readers that are plugged in."""
        code, names = scard.SCardListReaders(self._handle, [])
        if _unsigned(code) == NO_READERS:
            return []
        _check(code)
        return list(names)[:READERS_MAX]

    def changes(self, states: Mapping[str, int], limit_ms: int) -> list[tuple[str, int, bytes]]:
        """Wait until a reader leaves its state of `states` or readers come or go, at most `limit_ms`.

        Gives the name, the new state and the ATR of each reader that changed; the list may be empty.
        """
        asked = [*states.items(), (PLUG_AND_PLAY, scard.SCARD_STATE_UNAWARE)]
        code, answers = scard.SCardGetStatusChange(self._handle, limit_ms, asked)
        if _unsigned(code) in {TIMEOUT, UNKNOWN_READER, READER_UNAVAILABLE}:
            return []
        _check(code)
        return [
            (name, state & ~scard.SCARD_STATE_CHANGED, bytes(atr[:ATR_BYTES_MAX]))
            for name, state, atr in answers
            if name != PLUG_AND_PLAY and state & scard.SCARD_STATE_CHANGED
        ]

    def connect(self, reader: str, direct: bool = False) -> Connection:
        """Speak with the card at `reader`, by T=0 or T=1, until the context is released; `direct` is with the reader
        itself, card or none."""
        mode = scard.SCARD_SHARE_DIRECT if direct else scard.SCARD_SHARE_SHARED
        code, handle, protocol = scard.SCardConnect(self._handle, reader, mode, 0 if direct else _PROTOCOLS)
        _check(code)
        return Connection(handle, protocol)


class Connection:
    """A card, or a reader, that others may speak with too, except between `begin` and `end`."""

    def __init__(self, handle: Any, protocol: int) -> None:
        self._handle = handle
        self.t0 = protocol == scard.SCARD_PROTOCOL_T0

    def transmit(self, apdu: bytes) -> bytes:
        """The answer to one command, as the card gives it."""
        header = scard.SCARD_PCI_T0 if self.t0 else scard.SCARD_PCI_T1
        return bytes(_checked(scard.SCardTransmit(self._handle, header, list(apdu))))

    def begin(self) -> None:
        """Keep everybody else away; waits for whoever has the card now."""
        _check(scard.SCardBeginTransaction(self._handle))

    def end(self) -> None:
        _check(scard.SCardEndTransaction(self._handle, scard.SCARD_LEAVE_CARD))

    def reset(self) -> None:
        """Start the card anew after it was lost or reset."""
        result = scard.SCardReconnect(self._handle, scard.SCARD_SHARE_SHARED, _PROTOCOLS, scard.SCARD_RESET_CARD)
        self.t0 = _checked(result) == scard.SCARD_PROTOCOL_T0

    def escape(self, command: bytes) -> bytes:
        """The reader's answer to a command of its maker's."""
        return bytes(_checked(scard.SCardControl(self._handle, ESCAPE, list(command))))

    def attribute(self, number: int) -> bytes:
        """The value of a SCARD_ATTR_ number."""
        return bytes(_checked(scard.SCardGetAttrib(self._handle, number)))


_PROTOCOLS = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1


def _checked(result: Sequence[Any]) -> Any:
    _check(result[0])
    return result[1]


def _check(code: int) -> None:
    if code != scard.SCARD_S_SUCCESS:
        raise PcscError(_unsigned(code))


def _unsigned(code: int) -> int:
    """pyscard gives a negative number where a C long has 32 bits."""
    return code & 0xFFFFFFFF
