"""More lease for a member who stands at the counter, asked on a thread of its own so that no batch is in its way."""

from __future__ import annotations

import logging
import queue
import threading

from protocol.lease import GrantAsk
from terminal.errors import TerminalError
from terminal.store.outbox import OutboxReader
from terminal.sync.hq_client import HqClient
from terminal.sync.lines import Ask
from terminal.sync.link import Link

log = logging.getLogger(__name__)
WAITING_MAX = 8


class Asker:
    """Takes the till's questions to HQ, one after the other, and hands over what is granted, however late."""

    def __init__(self, client: HqClient, link: Link, outbox: OutboxReader) -> None:
        self._client, self._link, self._outbox = client, link, outbox
        self._queue: queue.Queue[Ask | None] = queue.Queue(WAITING_MAX)
        self._thread = threading.Thread(target=self._run, name="asks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Stop after the question that is being asked."""
        while self._thread.is_alive():
            try:
                self._queue.put(None, timeout=1)
                self._thread.join()
            except queue.Full:
                continue

    def take(self, ask: Ask) -> None:
        """Queue a question; with too many already waiting the answer is no, at once."""
        try:
            self._queue.put_nowait(ask)
        except queue.Full:
            self._answer(ask, False)

    def _run(self) -> None:
        while (ask := self._queue.get()) is not None:
            try:
                granted = self._ask(ask)
            except TerminalError as error:
                log.info("more lease was asked for and not had: %s", error)
                granted = False
            self._answer(ask, granted)

    def _ask(self, ask: Ask) -> bool:
        after = self._outbox.position().grants
        page = self._client.ask(GrantAsk(member=ask.member, points=ask.points, after=after))
        self._client.rest()
        self._link.apply_grants(page)
        points = sum(lot.points for grant in page.grants if grant.member == ask.member for lot in grant.lots)
        return points >= ask.points

    def _answer(self, ask: Ask, granted: bool) -> None:
        try:
            self._link.answer(ask, granted)
        except TerminalError as error:
            log.info("the till did not wait for the answer: %s", error)
