"""The talk with one printer: ask how it is, print what waits, and be sure of it.

All of it is one generator. It yields whenever it waited for the wire, so that its driver can show signs of life and
stop it; what is under way when it is stopped, or when the wire breaks, is told as "unknown".
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Literal, Protocol

from drivers.errors import DeviceLost
from drivers.printer.composer import ASK_IN_ORDER, Composer
from drivers.printer.orders import Orders
from drivers.printer.spool import Waiting
from drivers.printer.status_bytes import ASK, Condition, StatusParser

Confirm = Literal["printed", "status", "none"]
LOOK_NS = 1_000_000_000
MUTE_NS = 3_000_000_000
STALL_NS = 5_000_000_000
CONFIRM_NS = 15_000_000_000
CHUNK_BYTES = 1024
WAIT_S = 0.1


class Wire(Protocol):
    """The bytes' way to a printer. No call takes longer than a fraction of a second. Raises DeviceLost at its end."""

    def write(self, data: bytes) -> int:
        """How many bytes of `data` were taken, perhaps none."""

    def read(self, limit_s: float) -> bytes:
        """What has come, or comes within `limit_s`; perhaps nothing."""


class Talk:
    """`tell` hears the code of the printer's status after each look; `now_ns` is monotonic."""

    def __init__(
        self,
        wire: Wire,
        composer: Composer,
        orders: Orders,
        confirm: Confirm,
        tell: Callable[[str], None],
        now_ns: Callable[[], int],
    ) -> None:
        self._wire, self._composer, self._orders = wire, composer, orders
        self._confirm, self._tell, self._now_ns = confirm, tell, now_ns
        self._parser = StatusParser()
        self._condition = Condition()
        self._looked_ns: int | None = None
        self._confirmed = self._met = False
        self.broken = False  # whether a receipt was cut off
        self.resting = False  # whether there is nothing to do now but to wait

    def run(self, recover: bool) -> Generator[None, None, None]:
        """Talk for ever. With `recover` the printer was cut off within a receipt and is brought to its senses first."""
        yield from self._look()
        if recover:
            yield from self._send(self._composer.recovery())
        while True:
            yield from self._attend()
            waiting = self._orders.begin() if self._condition.prints else None
            if waiting is not None:
                yield from self._print(waiting)
            else:
                self._hear(WAIT_S)
                yield from self._rest()

    @property
    def looked(self) -> bool:
        """Whether the printer was met: it answered, or is one that never does."""
        return self._met

    def look_soon(self) -> None:
        """Something has changed at the printer; may be called from any thread."""
        self._looked_ns = None

    def _attend(self) -> Iterator[None]:
        """What is due between two commands: the drawer, and a look every second."""
        if self._orders.drawer_wanted():
            yield from self._send([self._composer.drawer(self._condition.prints)])
        if self._looked_ns is None or self._now_ns() - self._looked_ns > LOOK_NS:
            yield from self._look()

    def _print(self, waiting: Waiting) -> Iterator[None]:
        pieces: list[bytes] | None = None
        try:
            pieces = yield from self._composed(waiting)
        finally:
            if pieces is None:
                self._orders.give_back(waiting)
        if not pieces:
            return
        done, self.broken = False, True
        try:
            for piece in pieces:
                yield from self._send([piece])
                yield from self._attend()
            done = yield from self._is_printed()
            self.broken = False
        finally:
            self._orders.end(waiting.job, "printed" if done else "unknown")

    def _composed(self, waiting: Waiting) -> Generator[None, None, list[bytes]]:
        """The receipt's pieces; none if it was refused. Nothing is sent yet."""
        pieces: list[bytes] = []
        try:
            for piece in self._composer.receipt(waiting.receipt):
                pieces.append(piece)
                yield
        except ValueError as error:
            self._orders.refuse(waiting.job, str(error))
            return []
        return pieces

    def _is_printed(self) -> Generator[None, None, bool]:
        """Wait until the printer says so. A printer that is well and says nothing for 15 s will not say it."""
        self._confirmed = self._confirm == "none"
        if self._confirm == "printed":
            yield from self._send([ASK_IN_ORDER])
        well_ns = self._now_ns()
        self._looked_ns = None
        while not self._confirmed:
            yield from self._attend()
            if self._confirm == "status" and self._condition.prints:
                return True
            if not self._condition.prints:
                well_ns = self._now_ns()
            if self._now_ns() - well_ns > CONFIRM_NS:
                return False
            self._hear(WAIT_S)
            yield from self._rest()
        return self._confirmed

    def _look(self) -> Iterator[None]:
        """Ask how it is and tell it. Raises DeviceLost when it does not answer."""
        if self._confirm != "none":
            said: dict[int, int] = {}
            for number, question in ASK.items():
                yield from self._send([question])
                said[number] = yield from self._answer()
            self._condition = Condition.of(said)
        self._looked_ns, self._met = self._now_ns(), True
        self._tell(self._condition.code)
        self._orders.expire()

    def _answer(self) -> Generator[None, None, int]:
        asked_ns = self._now_ns()
        while True:
            answer = self._hear(WAIT_S)
            if answer is not None:
                return answer
            if self._now_ns() - asked_ns > MUTE_NS:
                raise DeviceLost("printer_mute")
            yield

    def _send(self, pieces: Iterable[bytes]) -> Iterator[None]:
        """Send them whole, however slowly the printer takes them."""
        for piece in pieces:
            rest, taken_ns = piece, self._now_ns()
            while rest:
                taken = self._wire.write(rest[:CHUNK_BYTES])
                rest = rest[taken:]
                if taken:
                    taken_ns = self._now_ns()
                    yield
                    continue
                if self._now_ns() - taken_ns > STALL_NS:
                    self._tell("printer_stalled")
                    self._orders.expire()
                yield from self._rest()

    def _rest(self) -> Iterator[None]:
        self.resting = True
        yield
        self.resting = False

    def _hear(self, limit_s: float) -> int | None:
        """The last real-time byte of what has come, if there is one. What else it says is kept."""
        answer = None
        for said, byte in self._parser.feed(self._wire.read(limit_s)):
            if said == "real_time":
                answer = byte
            elif said == "in_order":
                self._confirmed = True
            else:
                self.look_soon()
        return answer
