"""One tap at a PC/SC reader: a single connection to the card, for its UID and for all that is said to it later."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from drivers.card_reader.scard import (
    LOST_DATA,
    NO_CARD,
    NOT_TRANSACTED,
    READER_UNAVAILABLE,
    REFUSED,
    REMOVED,
    RESET,
    UNKNOWN_READER,
    UNPOWERED,
    UNRESPONSIVE,
    Handle,
    PcscError,
    Service,
)
from drivers.card_reader.uid import GET_UID, uid_of
from drivers.card_reader.whole_answer import whole_answer
from drivers.courier import Courier, Unanswered
from drivers.errors import CardGone, CardMute, DeviceLost, DriverError

log = logging.getLogger(__name__)
T = TypeVar("T")
IDLE_S = 2.0  # then other programs may speak with the card
READ_TRIES = 2
READER_CLASS = 0xFF  # PC/SC part 3
GONE = frozenset({NO_CARD, NOT_TRANSACTED, LOST_DATA, UNPOWERED, RESET, REMOVED})


class Session:
    """Card number `number` at `reader`, from its tap until it is taken away.

    The calls are made in a thread of their own, as one to a card that hangs may never return. Nobody else gets in
    between: the card is held in a transaction until nothing was said for `idle_s`.
    """

    def __init__(self, connect: Callable[[], Service], reader: str, number: int, idle_s: float = IDLE_S) -> None:
        self.number = number
        self._connect, self._reader = connect, reader
        self._context: Service | None = None
        self._card: Handle | None = None
        self._held = self._broken = False
        self._courier = Courier(f"card.{reader}.{number}", idle_s, self._pause)

    @property
    def stuck(self) -> bool:
        """Whether the card has not answered yet to something that nobody waits for any more."""
        return self._courier.stuck

    @property
    def alive(self) -> bool:
        """Whether its thread is there still, perhaps hung."""
        return self._courier.alive

    def uid(self, limit_s: float) -> bytes | None:
        """The card's UID, or None if it tells none. Raises CardGone, CardMute and DeviceLost.

        A card that moved while it was read is read once more.
        """
        return self._ask(self._read, limit_s)

    def exchange(self, apdu: bytes, limit_s: float) -> bytes:
        """The whole answer to `apdu`; see drivers.base.ExchangesApdus."""
        return self._ask(lambda: self._exchange(apdu), limit_s)

    def escape(self, command: bytes) -> None:
        """Send the reader a command of its maker's, soon; what comes of it is not told.

        One of the reader's class goes as an APDU, for which the CCID driver needs no permission.
        """
        self._courier.post(lambda: self._escape(command))

    def close(self) -> None:
        """Let the card go, soon."""
        self._courier.close(self._let_go)

    def join(self, limit_s: float) -> None:
        """After `close`: wait until the card was let go, at most `limit_s`."""
        self._courier.join(limit_s)

    def _ask(self, call: Callable[[], T], limit_s: float) -> T:
        try:
            return self._courier.do(call, limit_s)
        except Unanswered:
            raise CardMute("the card does not answer in time") from None
        except PcscError as error:
            raise fault_of(error, self._reader) from error

    def _read(self) -> bytes | None:
        for left in reversed(range(READ_TRIES)):
            try:
                return uid_of(self._exchange(GET_UID))
            except (PcscError, CardGone) as error:
                if not left or (isinstance(error, PcscError) and error.service_gone):
                    raise
                log.info("a card at %s could not be read: %s", self._reader, error)
                self._let_go()
        return None

    def _exchange(self, apdu: bytes) -> bytes:
        card = self._card or self._open()
        try:
            if self._broken:
                self._held = False
                card.reset()
            if not self._held:
                self._begin(card)
            self._broken = False
            return whole_answer(apdu, card.transmit, card.t0)
        except (PcscError, CardGone):
            self._broken = True
            raise

    def _escape(self, command: bytes) -> None:
        if self._card is not None:
            send = self._card.transmit if command[0] == READER_CLASS else self._card.escape
            send(command)

    def _open(self) -> Handle:
        self._context = self._context or self._connect()
        self._card = self._context.connect(self._reader)
        return self._card

    def _begin(self, card: Handle) -> None:
        """A card that somebody reset while it was let go is started anew: there is nothing under way to be lost."""
        try:
            card.begin()
        except PcscError as error:
            if error.code != RESET:
                raise
            card.reset()
            card.begin()
        self._held = True

    def _pause(self) -> None:
        card, held, self._held = self._card, self._held, False
        if card is not None and held:
            try:
                card.end()
            except PcscError as error:
                log.info("a card at %s was not let go: %s", self._reader, error)

    def _let_go(self) -> None:
        """Give up the connection with its context. In the middle of a transaction pcscd would start the card anew."""
        self._pause()
        context, self._context, self._card = self._context, None, None
        self._broken = False
        if context is not None:
            context.__exit__(None, None, None)


def fault_of(error: PcscError, reader: str) -> DriverError:
    """What a failed call says of the card, or of the reader."""
    if error.code in GONE:
        return CardGone("the card was taken away or started anew")
    if error.code == UNRESPONSIVE:
        return CardMute("the card does not answer")
    if error.code in {READER_UNAVAILABLE, UNKNOWN_READER}:
        return DeviceLost("reader_absent", reader=reader)
    return service_lost(error)


def service_lost(error: PcscError) -> DeviceLost:
    """What a failed call says of pcscd."""
    if error.service_gone:
        return DeviceLost("pcscd_absent")
    if error.code == REFUSED:
        return DeviceLost("pcscd_refused")
    return DeviceLost("reader_failed", error=f"0x{error.code:08X}")
