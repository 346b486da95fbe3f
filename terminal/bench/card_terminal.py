"""Our side of the bench of cards: the driver, and the proof that the card is led through.

`python -m terminal.bench.card_terminal READER TAPS` is a process of its own, so that its processor time is its own.
"""

from __future__ import annotations

import queue
import secrets
import sys
import time
from typing import TypeVar

from cards.challenge import CHALLENGES
from cards.dialogue import converse
from drivers.base import CardRemoved, CardTapped, DeviceStatus, Event
from drivers.card_reader.pcsc import PcscCardReader
from drivers.options import PcscOptions
from terminal.bench.card_turns import DELIVERED_KEY, KEY_NO, WAIT_S_MAX, Turn, tell

CHALLENGE_BYTES = 16
APDU_S_MAX = 1.5
Told = TypeVar("Told", CardTapped, CardRemoved, DeviceStatus)


class Terminal:
    """One driver, and what it tells."""

    def __init__(self, reader: str) -> None:
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._driver = PcscCardReader("bench", PcscOptions(reader=reader))
        self._driver.start(self._events.put)
        self._next(DeviceStatus)

    def close(self) -> None:
        self._driver.close()

    def turn(self) -> Turn:
        """Wait for a card, and let it prove that it holds its key. Raises CardError, and queue.Empty without a card."""
        idle_ns = time.process_time_ns()
        tapped = self._next(CardTapped)
        seen_ns, seen_cpu_ns = time.monotonic_ns(), time.process_time_ns()
        apdus_ns: list[int] = []

        def transmit(apdu: bytes) -> bytes:
            begun_ns = time.monotonic_ns()
            answer = self._driver.exchange(tapped.card, apdu, APDU_S_MAX)
            apdus_ns.append(time.monotonic_ns() - begun_ns)
            return answer

        question = CHALLENGES["ntag424"](b"", DELIVERED_KEY, KEY_NO, secrets.token_bytes(CHALLENGE_BYTES))
        converse(question, transmit)
        end_ns, cpu_ns = time.monotonic_ns(), time.process_time_ns()
        return Turn(seen_ns, end_ns, apdus_ns, cpu_ns - idle_ns, cpu_ns - seen_cpu_ns)

    def parted(self) -> None:
        """Wait until the card was taken away."""
        self._next(CardRemoved)

    def _next(self, kind: type[Told]) -> Told:
        event = self._events.get(timeout=WAIT_S_MAX)
        if not isinstance(event, kind):
            raise OSError(f"the driver was to tell {kind.__name__}, and told {type(event).__name__}")
        return event


def main() -> None:
    """The process: its arguments are the reader's name and the number of taps."""
    terminal = Terminal(sys.argv[1])
    tell()
    for _ in range(int(sys.argv[2])):
        tell(terminal.turn())
        terminal.parted()
        tell()
    terminal.close()


if __name__ == "__main__":
    main()
