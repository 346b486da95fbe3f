"""What the button at the counter does, as terminal.toml chooses."""

from __future__ import annotations

import logging

from terminal.counter.desk import Desk
from terminal.counter.phrase import Phrase

log = logging.getLogger(__name__)


def press(desk: Desk, action: str) -> None:
    """One press. Raises Refusal as `Paper.again` does.

    "next" closes a sale that was paid and never a basket; a drawer that opens without a sale is in the log.
    """
    match action:
        case "print_again":
            desk.paper.again(desk.shop)
        case "next":
            if desk.till.phase == "paid":
                desk.next()
        case "open_drawer":
            log.warning("the drawer was opened by the button, without a sale")
            desk.paper.outlets.drawer()
        case "call_staff":
            desk.paper.outlets.attention()
            desk.refused(Phrase("staff_called"))
