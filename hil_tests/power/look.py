"""Runs in the guest: what a folder says after the real code has opened what is in it.

`python -m hil_tests.power.look ledger|directory FOLDER`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from hil_tests.power import swaps
from terminal.bench.crash.ledger_look import LedgerLook


def ledger(folder: Path) -> str:
    """A digest, or what is wrong with it."""
    found = LedgerLook()(folder)
    return found if isinstance(found, str) else "wrong: " + "; ".join(found)


def directory(folder: Path) -> str:
    """The number of the swap that is in place; "None" where there is none."""
    return str(swaps.look(folder))


def main() -> None:
    sys.stdout.write({"ledger": ledger, "directory": directory}[sys.argv[1]](Path(sys.argv[2])))


if __name__ == "__main__":
    main()
