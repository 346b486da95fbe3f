"""Card readers by PC/SC: one loop that survives cards pulled, readers unplugged and pcscd restarted."""

from __future__ import annotations

import fnmatch
import logging
import time
from collections.abc import Callable

from drivers.base import CardRemoved, CardTapped, Kind
from drivers.card_reader.presence import PRESENT, UNAWARE, Change, change
from drivers.card_reader.scard import REFUSED, Context, PcscError, Service
from drivers.card_reader.uid import technology_of
from drivers.errors import DeviceLost
from drivers.options import PcscOptions
from drivers.supervised import Supervised

log = logging.getLogger(__name__)
WAIT_MS = 500  # closing, and a reader that came between two calls, wait no longer than this
READ_TRIES = 2


class PcscCardReader(Supervised):
    """Every reader whose name fits the option `reader`; cards are told by UID alone (assurance P1).

    A call to a stopped pcscd or a hung card never returns: then `beat_ns` stands still, and whoever holds the driver
    has to start the process again.
    """

    kind: Kind = "card_reader"

    def __init__(self, device: str, options: PcscOptions, connect: Callable[[], Service] = Context) -> None:
        super().__init__(device)
        self._connect = connect
        self._wanted = options.reader

    def hold(self) -> None:
        """One life of pcscd."""
        try:
            with self._connect() as context:
                self._serve(context)
        except PcscError as error:
            raise _lost(error) from error

    def _serve(self, context: Service) -> None:
        states: dict[str, int] = {}
        try:
            while not self.closing:
                self.beat()
                states = self._plugged(context, states)
                for reader, state, atr in context.changes(states, WAIT_MS):
                    self._changed(context, reader, change(states[reader], state), atr)
                    states[reader] = state
        finally:
            self._gone(states, {})

    def _plugged(self, context: Service, before: dict[str, int]) -> dict[str, int]:
        """The state of each reader that is there and fits."""
        names = [name for name in context.readers() if fnmatch.fnmatchcase(name, self._wanted)]
        now = {name: before.get(name, UNAWARE) for name in names}
        self._gone(before, now)
        if not names:
            self.report("reader_absent", reader=self._wanted)
        elif set(names) != set(before):
            self.report("device_ready")
        return now

    def _gone(self, before: dict[str, int], now: dict[str, int]) -> None:
        """A reader that goes away takes its card along."""
        for name in before.keys() - now.keys():
            if before[name] & PRESENT:
                self.emit(CardRemoved(self.device, time.monotonic_ns()))

    def _changed(self, context: Service, reader: str, what: Change, atr: bytes) -> None:
        at_ns = time.monotonic_ns()
        if what is Change.TAPPED:
            self._tapped(context, reader, atr, at_ns)
        elif what is Change.REMOVED:
            self.emit(CardRemoved(self.device, at_ns))
        elif what is Change.MISSED:
            self.report_again("card_unreadable")

    def _tapped(self, context: Service, reader: str, atr: bytes, at_ns: int) -> None:
        uid = self._uid(context, reader)
        if uid is None:
            self.report_again("card_unreadable")
            return
        self.report("device_ready")
        self.emit(CardTapped(self.device, uid.hex().upper(), technology_of(uid), at_ns, atr.hex().upper()))

    def _uid(self, context: Service, reader: str) -> bytes | None:
        """A card that moved while it was read is read once more; one that is pulled has no UID."""
        for _ in range(READ_TRIES):
            try:
                return context.read_uid(reader)
            except PcscError as error:
                if error.service_gone:
                    raise
                log.info("a card at %s could not be read: %s", reader, error)
        return None


def _lost(error: PcscError) -> DeviceLost:
    if error.service_gone:
        return DeviceLost("pcscd_absent")
    if error.code == REFUSED:
        return DeviceLost("pcscd_refused")
    return DeviceLost("reader_failed", error=f"0x{error.code:08X}")
