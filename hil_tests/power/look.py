"""Runs in the guest: what the ledger in a folder says, after the real code has opened and audited it."""

from __future__ import annotations

import sys
from pathlib import Path

from terminal.bench.crash.ledger_look import LedgerLook


def main() -> None:
    """A digest, or what is wrong with it."""
    found = LedgerLook()(Path(sys.argv[1]))
    sys.stdout.write(found if isinstance(found, str) else "wrong: " + "; ".join(found))


if __name__ == "__main__":
    main()
