"""Card readers with a PN532 on a serial line (UART), for cards of ISO/IEC 14443 type A."""

from __future__ import annotations

import itertools
import queue
import time
from concurrent.futures import Future
from dataclasses import dataclass, field

from drivers.base import CardRemoved, CardTapped, Kind
from drivers.card_reader.pn532_chip import ChipFailed, ChipSilent, Pn532
from drivers.card_reader.pn532_target import Target
from drivers.card_reader.uid import GET_UID, SUCCESS, technology_of
from drivers.card_reader.whole_answer import whole_answer
from drivers.errors import CardGone, CardMute, DeviceLost
from drivers.identity import Identity
from drivers.options import Pn532Options
from drivers.serial_identity import identity_of_port
from drivers.serial_port import HANG_UP, open_port
from drivers.supervised import Supervised

READ_S = 0.05  # longer than a USB adapter keeps bytes back
LOOK_S = 0.1
GRACE_S = 0.5
MISSES_MAX = 2  # a card held badly is missed now and then
PN532 = 0x32


@dataclass(frozen=True)
class _Errand:
    """An APDU for card `card`, and where its answer goes."""

    card: int
    apdu: bytes = field(repr=False)
    until: float
    answer: Future[bytes]


class Pn532CardReader(Supervised):
    """One chip on one port, which it holds alone. Whoever exchanges APDUs leaves them to the driver's thread."""

    kind: Kind = "card_reader"

    def __init__(self, device: str, options: Pn532Options) -> None:
        super().__init__(device)
        self._options = options
        self._errands: queue.SimpleQueue[_Errand] = queue.SimpleQueue()
        self._taps = itertools.count(1)
        self._card, self._misses = 0, 0
        self._target: Target | None = None
        self._serving = False
        self._firmware = ""

    def exchange(self, card: int, apdu: bytes, limit_s: float) -> bytes:
        """See drivers.base.ExchangesApdus; a card that does not answer is told as a status, too."""
        if not self._serving:
            raise DeviceLost("reader_port_lost", port=self._options.port)
        answer: Future[bytes] = Future()
        self._errands.put(_Errand(card, apdu, time.monotonic() + limit_s, answer))
        try:
            return answer.result(limit_s + GRACE_S)
        except (CardMute, TimeoutError):
            answer.cancel()
            self.report_again("card_mute")
            raise CardMute("the card does not answer in time") from None

    def identities(self) -> list[Identity]:
        """See drivers.identity.TellsIdentity; what tells it from its twin is the adapter that it hangs on."""
        return [identity_of_port(self._options.port, "PN532", self._firmware)] if self._firmware else []

    def left(self) -> None:
        self._serving = False
        self._removed()
        self._refuse_all()

    def hold(self) -> None:
        name = self._options.port
        with open_port(name, self._options.baud, READ_S, "reader_port_absent") as port:
            chip = Pn532(port, self.beat)
            try:
                self._wake(chip)
                self._serve(chip)
            except ChipSilent as error:
                raise DeviceLost("chip_silent", port=name) from error
            except ChipFailed as error:
                raise DeviceLost("reader_failed", error=f"0x{error.error:02X}") from error
            except HANG_UP as error:
                raise DeviceLost("reader_port_lost", port=name) from error

    def _wake(self, chip: Pn532) -> None:
        kind, version, revision = chip.wake()
        if kind != PN532:
            raise DeviceLost("chip_strange", port=self._options.port, chip=f"0x{kind:02X}")
        self._firmware = f"{version}.{revision}"
        self.report("device_ready")

    def _serve(self, chip: Pn532) -> None:
        self._target, self._serving = None, True
        try:
            while not self.closing:
                self.beat()
                try:
                    errand = self._errands.get(timeout=LOOK_S)
                except queue.Empty:
                    self._look(chip)
                else:
                    self._run(chip, errand)
        finally:
            if not self.abandoned:
                self._serving = False
                self._removed()
                self._refuse_all()

    def _look(self, chip: Pn532) -> None:
        target = self._target
        if target is None:
            found = chip.find()
            if found is not None:
                self._tapped(found)
        elif chip.is_there(target):
            self._misses = 0
        else:
            self._misses += 1
            if self._misses >= MISSES_MAX:
                self._removed()

    def _tapped(self, target: Target) -> None:
        if self.abandoned:
            return
        at_ns = time.monotonic_ns()
        self._target, self._card, self._misses = target, next(self._taps), 0
        self.report("device_ready")
        card = self._card if target.speaks_apdus else 0
        uid, atr = target.uid.hex().upper(), target.atr.hex().upper()
        self.emit(CardTapped(self.device, uid, technology_of(target.uid), at_ns, atr, card))

    def _removed(self) -> None:
        if self._target is not None and not self.abandoned:
            self._target = None
            self.emit(CardRemoved(self.device, time.monotonic_ns()))

    def _run(self, chip: Pn532, errand: _Errand) -> None:
        if not errand.answer.set_running_or_notify_cancel():
            return
        try:
            errand.answer.set_result(self._answer(chip, errand))
        except (CardGone, CardMute) as error:
            errand.answer.set_exception(error)
        except (ChipSilent, ChipFailed, *HANG_UP):
            errand.answer.set_exception(DeviceLost("reader_port_lost", port=self._options.port))
            raise

    def _answer(self, chip: Pn532, errand: _Errand) -> bytes:
        target = self._target
        if target is None or errand.card != self._card:
            raise CardGone("the card was taken away")
        if errand.apdu == GET_UID:
            return target.uid + bytes(SUCCESS)
        if not target.speaks_apdus:
            raise CardMute("the card speaks no APDUs")
        try:
            return whole_answer(
                errand.apdu, lambda apdu: chip.exchange(target, apdu, max(0.0, errand.until - time.monotonic()))
            )
        except CardGone:
            self._removed()  # if it lies there still it is found again, as a new tap
            raise

    def _refuse_all(self) -> None:
        while not self._errands.empty():
            errand = self._errands.get()
            if errand.answer.set_running_or_notify_cancel():
                errand.answer.set_exception(DeviceLost("reader_port_lost", port=self._options.port))
