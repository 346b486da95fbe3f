"""What HQ does beside answering: it replays what has come in, and does the day's duties once a day.

Replay stands back while somebody is served: a terminal with weeks of sales would otherwise wait for the pricing of its
own sales, several times as long as booking them takes."""

from __future__ import annotations

import asyncio
import logging

from hq import duties
from hq.headquarters import Headquarters
from hq.partitions import make_months
from hq.replayer import replay_pending

PAUSE_S = 1.0
_log = logging.getLogger(__name__)


def work(hq: Headquarters) -> int:
    """One turn: what is due today, and some replays; gives how many operations were replayed."""
    hq.learn_programmes()
    if duties.due(hq.database, hq.today()):
        make_months(hq.database, hq.clock())
        done = duties.run(hq.database, hq.rules())
        _log.info("duties of %s: %s", hq.today(), done)
    return replay_pending(hq.database, hq.programmes, stand_back=hq.demand.stand_back)


async def keep_working(hq: Headquarters) -> None:
    """Until it is cancelled; each turn in a thread, so that answers go on."""
    while True:
        if not await asyncio.to_thread(work, hq):
            await asyncio.sleep(PAUSE_S)
