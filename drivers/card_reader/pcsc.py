"""Card readers by PC/SC: one loop that survives cards pulled, readers unplugged and pcscd restarted."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable

from drivers.base import CardRemoved, CardTapped, Kind, Pattern
from drivers.card_reader.fitting import Fitting
from drivers.card_reader.presence import AWAY, PRESENT, UNAWARE, Change, change, known
from drivers.card_reader.reader_identity import Wanted, identity_of
from drivers.card_reader.reader_signals import ReaderSignals
from drivers.card_reader.scard import Context, PcscError, Service
from drivers.card_reader.session import Session, service_lost
from drivers.card_reader.uid import has_contacts, technology_of
from drivers.errors import CardGone, CardMute, DeviceLost
from drivers.identity import Identity
from drivers.options import PcscOptions
from drivers.supervised import Supervised

log = logging.getLogger(__name__)
WAIT_MS = 500  # closing, and a reader that came between two calls, wait no longer than this
UNSURE_S = 0.02


class PcscCardReader(Supervised):
    """Every reader that fits the options; it tells cards by their UID and carries APDUs to them.

    A call to a stopped pcscd or a hung card never returns. Cards are therefore spoken with in threads of their own.
    A card that has not told its UID after `uid_s_max` seconds is said to be mute.
    """

    kind: Kind = "card_reader"

    def __init__(
        self, device: str, options: PcscOptions, connect: Callable[[], Service] = Context, uid_s_max: float = 1.0
    ) -> None:
        super().__init__(device)
        self._connect, self._uid_s_max = connect, uid_s_max
        self._wanted = Wanted(options.reader, options.serial, options.usb_path)
        self._signals = ReaderSignals(connect) if options.signals else None
        self._taps = itertools.count(1)
        self._sessions: dict[str, Session] = {}
        self._parted: list[Session] = []
        self._told: set[str] = set()
        self._readers: tuple[str, ...] = ()

    def exchange(self, card: int, apdu: bytes, limit_s: float) -> bytes:
        """See drivers.base.ExchangesApdus; a card that does not answer is told as a status, too."""
        session = next((each for each in list(self._sessions.values()) if each.number == card), None)
        if session is None:
            raise CardGone("the card was taken away")
        try:
            return session.exchange(apdu, limit_s)
        except CardMute:
            self.report_again("card_mute")
            raise

    def show(self, pattern: Pattern) -> None:
        """Let each reader that can show `pattern`, if the option `signals` says so; returns at once."""
        if self._signals is not None:
            for reader in self._readers:
                self._signals.show(reader, pattern, self._sessions.get(reader))

    def identities(self) -> list[Identity]:
        """See drivers.identity.TellsIdentity."""
        try:
            with self._connect() as context:
                names = self._readers or context.readers()
            return [identity_of(self._connect, name) for name in names]
        except PcscError as error:
            raise service_lost(error) from error

    def close(self) -> None:
        super().close()
        if self._signals is not None:
            self._signals.close()

    @property
    def left_behind(self) -> int:
        signals = 0 if self._signals is None else self._signals.left_behind
        return super().left_behind + signals + sum(session.alive for session in self._parted)

    def left(self) -> None:
        self._part()

    def hold(self) -> None:
        """One life of pcscd."""
        try:
            with self._connect() as context:
                self._serve(context)
        except PcscError as error:
            raise service_lost(error) from error

    def _serve(self, context: Service) -> None:
        states: dict[str, int] = {}
        fitting = Fitting(self._wanted, self._connect)
        try:
            while (names := self._meant(context, fitting, set(states))) is not None:
                states = self._plugged(names, states)
                for reader, state, atr in self._changes(context, states):
                    if state & AWAY:
                        fitting.forget()
                    self._moved(states, reader, state, atr)
                if UNAWARE in states.values():
                    self._closing.wait(UNSURE_S)
        finally:
            fitting.close()
            if not self.abandoned:
                self._part()

    def _moved(self, states: dict[str, int], reader: str, state: int, atr: bytes) -> None:
        if state & AWAY:  # told at once, or a reader that is back before the next look was never away
            self._gone({reader: states.pop(reader)}, {})
            if not states:
                self.report("reader_absent", reader=str(self._wanted))
        elif not known(state):  # what pcscd finds at its first look is no event: it has to be asked for
            self._gone({reader: states[reader]}, {})
            states[reader] = UNAWARE
        else:
            self._changed(reader, change(states[reader], state), atr)
            states[reader] = state

    def _meant(self, context: Service, fitting: Fitting, sure: set[str]) -> list[str] | None:
        """The readers that are there and meant; None to one that is to end: by now the cards are another's."""
        self.beat()
        names = fitting.among(context.readers(), sure)
        return None if self.closing else names

    def _changes(self, context: Service, states: dict[str, int]) -> list[tuple[str, int, bytes]]:
        """What is new at the readers; of no interest to one that was closed meanwhile."""
        changes = context.changes(states, WAIT_MS)
        return [] if self.closing else changes

    def _plugged(self, names: list[str], before: dict[str, int]) -> dict[str, int]:
        """The state of each of these readers: they are there and fit."""
        now = {name: before.get(name, UNAWARE) for name in names}
        self._gone(before, now)
        self._readers = tuple(names)
        if not names:
            self.report("reader_absent", reader=str(self._wanted))
        elif set(names) != set(before):
            self.report("device_ready")
        return now

    def _gone(self, before: dict[str, int], now: dict[str, int]) -> None:
        """A reader that goes away takes its card along."""
        for name in before.keys() - now.keys():
            if before[name] & PRESENT:
                self._removed(name)

    def _changed(self, reader: str, what: Change, atr: bytes) -> None:
        if what is Change.TAPPED:
            self._tapped(reader, atr, time.monotonic_ns())
        elif what is Change.REMOVED:
            self._removed(reader)
        elif what is Change.MISSED:
            self.report_again("card_unreadable")

    def _part(self) -> None:
        """Take leave of every card, also of one that was being read."""
        for reader in list(self._sessions):
            self._removed(reader)

    def _removed(self, reader: str) -> None:
        at_ns = time.monotonic_ns()
        self._let_go(reader)
        if reader in self._told:
            self._told.discard(reader)
            self.emit(CardRemoved(self.device, at_ns))

    def _tapped(self, reader: str, atr: bytes, at_ns: int) -> None:
        self.beat()
        self._let_go(reader)
        session = Session(self._connect, reader, next(self._taps))
        self._sessions[reader] = session
        uid = self._uid(session, has_contacts(atr))
        self.beat()
        if uid is not None:
            self._told.add(reader)
            self.report("device_ready")
            technology, told_atr = technology_of(uid), atr.hex().upper()
            self.emit(CardTapped(self.device, uid.hex().upper(), technology, at_ns, told_atr, session.number))

    def _uid(self, session: Session, contacts: bool) -> bytes | None:
        """The card's UID, empty for one with contacts that tells none, or None: then it was said why there is none."""
        uid = None
        try:
            uid = session.uid(self._uid_s_max)
            if uid is None and contacts:
                return b""
        except DeviceLost as lost:
            if lost.code == "pcscd_absent":
                raise
        except (CardGone, CardMute) as error:
            log.info("a card at %s was not read: %s", self.device, error)
        if uid is None:
            self.report_again("card_mute" if session.stuck else "card_unreadable")
        return uid

    def _let_go(self, reader: str) -> None:
        session = self._sessions.pop(reader, None)
        if session is not None:
            session.close()
            self._parted = [parted for parted in (*self._parted, session) if parted.alive]
