"""A process that forks a till for each `go`: it appends in a loop and says each acknowledged seq until it is killed.

Run as `python -m tests.terminal.store.appender <ledger> <honest | hasty>`. The hasty one answers before the COMMIT.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from terminal.store.ledger import Ledger
from terminal.store.ledger_file import LedgerFile
from tests.terminal.store.material import DEVICE, DIGEST, EPOCH, sale


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


class HastyFile(LedgerFile):
    """The control: says that the sale is done when COMMIT is yet to come."""

    answer: Callable[[], None] = staticmethod(lambda: None)

    @contextmanager
    def transaction(self) -> Iterator[apsw.Cursor]:
        with super().transaction() as cursor:
            yield cursor
            self.answer()


def honest(path: Path) -> None:
    with Ledger.open(path, DEVICE, EPOCH) as ledger:
        while True:
            say(str(ledger.append(sale(ledger.next_seq(), earn=1), DIGEST, {}).seq))


def hasty(path: Path) -> None:
    Ledger.open(path, DEVICE, EPOCH).close()
    file = HastyFile(path)
    ledger = Ledger(file, DEVICE, EPOCH)
    while True:
        seq = ledger.next_seq()
        file.answer = lambda seq=seq: say(str(seq))  # type: ignore[misc]  # bound to this turn of the loop
        ledger.append(sale(seq, earn=1), DIGEST, {})


def main(path: Path, way: Callable[[Path], None]) -> None:
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            way(path)
        say(f"pid {child}")
        os.waitpid(child, 0)
        say("gone")


if __name__ == "__main__":
    main(Path(sys.argv[1]), {"honest": honest, "hasty": hasty}[sys.argv[2]])
