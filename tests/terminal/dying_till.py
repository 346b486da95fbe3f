"""A till that is killed in the call that would print: `python -m tests.terminal.dying_till FOLDER`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from terminal.counter.attention import Attention
from terminal.counter.desk import Desk
from terminal.counter.paper import Paper, PaperOutlets, PaperRules
from tests.terminal.counter.desks import Ids, cash
from tests.terminal.shops import RICE, open_shop


def main(folder: Path) -> None:
    """Sell rice for cash, and die after the commit."""
    with open_shop(folder) as test:
        outlets = PaperOutlets(print=lambda _slip: os.kill(os.getpid(), signal.SIGKILL))
        desk = Desk(test.shop, Ids(), Attention(lambda: 0), Paper(PaperRules(printer=True), outlets))
        desk.scan(RICE)
        desk.keep()
        cash(desk, 10_000)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
