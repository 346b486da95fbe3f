"""Runs in the guest: a till that sells on the disk under test, and tells the host each act that was acknowledged.

`python -m hil_tests.power.sales FOLDER SEED COUNT [normal]`; `normal` is the control that does not sync its commits.
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

from hil_tests.beds.hands import Hands
from terminal.bench.crash import acts
from terminal.bench.crash.day import Day, open_ledger
from terminal.bench.crash.ledger_look import NAME
from terminal.store.ledger import Ledger


def open_unsynced(path: Path) -> Ledger:
    """The control: commits are not synced."""
    ledger = open_ledger(path)
    ledger._file.connection.execute("PRAGMA synchronous = NORMAL")
    return ledger


def play(folder: Path, seed: int, count: int, answered: object, opened: object = open_ledger) -> None:
    """So many sales after the first grants, the same ones for the same seed."""
    assert callable(answered)
    assert callable(opened)
    Day(lambda: opened(folder / NAME), Random(seed), answered).play_these([acts.sale] * count)


def main() -> None:
    """Sell until the power goes."""
    folder, seed, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    hands = Hands()
    opened = open_unsynced if sys.argv[4:] == ["normal"] else open_ledger
    play(folder, seed, count, lambda act: hands.do("acknowledged", act=act), opened)


if __name__ == "__main__":
    main()
