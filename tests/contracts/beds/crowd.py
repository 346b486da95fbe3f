"""Threads that speak with cards at two readers, each tap a session of its own, as drivers do when cards come and go.

`python -m tests.contracts.beds.crowd THREADS TAPS UID UID` prints how many taps told the UID of their reader's card.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

from drivers.card_reader.scard import Context
from drivers.card_reader.session import Session
from tests.contracts.beds.pcscd_twin import FIRST, SECOND

LIMIT_S = 60.0


def tapped(reader: str, taps: int, uid: bytes) -> int:
    """How many of `taps` sessions at `reader` told `uid`; each is over before the next begins."""
    right = 0
    for number in range(1, taps + 1):
        session = Session(Context, reader, number)
        right += session.uid(LIMIT_S) == uid
        session.close()
        session.join(LIMIT_S)
    return right


def main() -> None:
    """The process."""
    threads, taps = int(sys.argv[1]), int(sys.argv[2])
    readers = list(zip((FIRST, SECOND), map(bytes.fromhex, sys.argv[3:5]), strict=True))
    with ThreadPoolExecutor(threads) as pool:
        told = [pool.submit(tapped, reader, taps, uid) for reader, uid in (readers * threads)[:threads]]
        sys.stdout.write(str(sum(each.result() for each in told)))


if __name__ == "__main__":
    main()
