"""What the sync agent does for links of cards: it tells HQ which ones this terminal judged without it.

All that the ledger keeps is told once in the agent's life, and again to an HQ that was restored: what HQ knows already
changes nothing there.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from protocol.links import MOST_SEEN, LinkSeen, LinksSeen
from terminal.store.outbox import OutboxReader
from terminal.sync.failures import Refused
from terminal.sync.hq_client import HqClient

log = logging.getLogger(__name__)
REPORTS_MAX = 20  # in one contact: the feed shall not wait long


@dataclass
class LinkErrands:
    """`run` raises what HqClient raises; an HQ that does not know the question goes without."""

    client: HqClient
    outbox: OutboxReader
    told: int = 0  # number of the newest link that HQ was told of

    def run(self, restored: bool) -> None:
        """Tell what HQ was not told, the oldest first; all of it, if HQ was restored."""
        if restored:
            self.told = 0
        try:
            for _ in range(REPORTS_MAX):
                if not self._report():
                    return
        except Refused as refused:
            if refused.code != "not_found":
                raise
            log.info("HQ takes no links of cards")

    def _report(self) -> bool:
        """Whether there may be more."""
        rows = self.outbox.links_seen(self.told, MOST_SEEN)
        if not rows:
            return False
        seen = (
            LinkSeen(card=card, counter=counter, from_ms=from_ms, until_ms=until_ms)
            for _, card, counter, from_ms, until_ms in rows
        )
        self.client.links_seen(LinksSeen(seen=tuple(seen)))
        self.told = rows[-1][0]
        return len(rows) == MOST_SEEN
