"""PC/SC calls with errors as exceptions. A context belongs to one thread and to one life of pcscd."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Protocol

from smartcard import scard

from drivers.base import ATR_BYTES_MAX
from drivers.card_reader.uid import GET_UID, uid_of

PLUG_AND_PLAY = "\\\\?PnP?\\Notification"
NO_READERS = 0x8010002E
UNKNOWN_READER = 0x80100009
READER_UNAVAILABLE = 0x80100017
TIMEOUT = 0x8010000A
SERVICE_GONE = frozenset({0x8010001D, 0x8010001E, 0x80100013, 0x80100003, 0x80100002, 0x80100014})
REFUSED = 0x8010006A  # polkit says no; pcscd says so too for a moment while it stops
READERS_MAX = 16


class PcscError(Exception):
    """A call failed; `code` is its 32-bit result. `service_gone`: only a new context helps."""

    def __init__(self, code: int) -> None:
        super().__init__(f"PC/SC error 0x{code:08X}")
        self.code = code

    @property
    def service_gone(self) -> bool:
        return self.code in SERVICE_GONE


class Service(Protocol):
    """What the driver asks of PC/SC: see Context."""

    def __enter__(self) -> Service: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def readers(self) -> list[str]: ...

    def changes(self, states: Mapping[str, int], limit_ms: int) -> list[tuple[str, int, bytes]]: ...

    def read_uid(self, reader: str) -> bytes | None: ...


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

    def read_uid(self, reader: str) -> bytes | None:
        """The UID of the card at `reader`, or None if the card tells none."""
        code, card, protocol = scard.SCardConnect(
            self._handle, reader, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        )
        _check(code)
        try:
            code, answer = scard.SCardTransmit(card, _header(protocol), list(GET_UID))
            _check(code)
        finally:
            scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)
        return uid_of(answer)


def _header(protocol: int) -> Any:
    return scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1


def _checked(result: Sequence[Any]) -> Any:
    _check(result[0])
    return result[1]


def _check(code: int) -> None:
    if code != scard.SCARD_S_SUCCESS:
        raise PcscError(_unsigned(code))


def _unsigned(code: int) -> int:
    """pyscard gives a negative number where a C long has 32 bits."""
    return code & 0xFFFFFFFF
