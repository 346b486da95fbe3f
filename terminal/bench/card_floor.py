"""The floor of the bench of cards: a bare loop with pyscard that sends as many commands, and understands no answer.

`python -m terminal.bench.card_floor READER TAPS` is a process of its own, as our side is.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from smartcard import scard

from terminal.bench.card_turns import WAIT_S_MAX, Turn, tell

# the UID, the application, and two commands more that need no key: as many as a proof takes
COMMANDS = tuple(map(bytes.fromhex, ("FFCA000000", "00A4040C07D276000085010100", "9060000000", "90AF000000")))
PROTOCOLS = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
NO_TIME = 0x8010000A


class Floor:
    """One context, one reader."""

    def __init__(self, reader: str) -> None:
        self._reader, self._state = reader, scard.SCARD_STATE_UNAWARE
        self._context = good(scard.SCardEstablishContext(scard.SCARD_SCOPE_USER))[0]
        self.wait(scard.SCARD_STATE_EMPTY)

    def turn(self) -> Turn:
        """Wait for a card and send it the commands."""
        idle_ns = time.process_time_ns()
        self.wait(scard.SCARD_STATE_PRESENT)
        seen_ns, seen_cpu_ns = time.monotonic_ns(), time.process_time_ns()
        shared = scard.SCARD_SHARE_SHARED
        card, _ = good(scard.SCardConnect(self._context, self._reader, shared, PROTOCOLS))
        apdus_ns = []
        for command in COMMANDS:
            begun_ns = time.monotonic_ns()
            good(scard.SCardTransmit(card, scard.SCARD_PCI_T1, list(command)))
            apdus_ns.append(time.monotonic_ns() - begun_ns)
        end_ns, cpu_ns = time.monotonic_ns(), time.process_time_ns()
        scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)  # noqa: TID251 - there is no other thread
        return Turn(seen_ns, end_ns, apdus_ns, cpu_ns - idle_ns, cpu_ns - seen_cpu_ns)

    def wait(self, state: int) -> None:
        """Until the reader is in `state`. Raises OSError."""
        while not self._state & state:
            asked = [(self._reader, self._state)]
            ((_, self._state, _),) = good(scard.SCardGetStatusChange(self._context, round(1000 * WAIT_S_MAX), asked))[0]


def good(result: Any) -> Any:
    """What a call gave beside its code. Raises OSError for a code that is not success."""
    code, *given = result
    if code != scard.SCARD_S_SUCCESS:
        raise OSError(f"PC/SC error 0x{code & 0xFFFFFFFF:08X}")
    return given


def main() -> None:
    """The process: its arguments are the reader's name and the number of taps."""
    floor = Floor(sys.argv[1])
    tell()
    for _ in range(int(sys.argv[2])):
        tell(floor.turn())
        floor.wait(scard.SCARD_STATE_EMPTY)
        tell()


if __name__ == "__main__":
    main()
