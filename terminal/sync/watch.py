"""Waiting at HQ for news, on a thread and a line of its own, so that a recall or a deny list comes within a second."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from protocol.contact import News
from terminal.errors import TerminalError
from terminal.sync.failures import Refused
from terminal.sync.hq_client import HqClient

log = logging.getLogger(__name__)


class Line(Protocol):
    """The transport under the client, which can be cut from another thread."""

    def cut(self) -> None: ...


class Watch:
    """`on_news` is called on the watch's thread, with True where HQ does not want this terminal to watch any more.

    It watches from one `known` to the next that brings something new.
    Where HQ cannot be reached it waits for the next `known`: the rounds find out when HQ is there again.
    """

    def __init__(self, client: HqClient, line: Line, on_news: Callable[[bool], None]) -> None:
        self._client, self._line, self._on_news = client, line, on_news
        self._told = threading.Condition()
        self._known: News | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def known(self, news: News) -> None:
        """This is on disk here; watch for more. Any thread."""
        with self._told:
            self._known = news
            self._told.notify()

    def close(self) -> None:
        """Stop; a question that is open is cut off."""
        with self._told:
            self._closed = True
            self._told.notify()
        while self._thread.is_alive():
            self._line.cut()
            self._thread.join(0.1)

    def _run(self) -> None:
        while (known := self._next()) is not None:
            try:
                while not self._closed and (now := self._client.watch(known)) == known:
                    log.debug("nothing new at HQ")
                if not self._closed:
                    log.info("news at HQ: grant %d, configuration %d", now.granted, now.config)
                    self._on_news(False)
            except TerminalError as error:
                log.info("nothing to watch: %s", error)
                if isinstance(error, Refused) and error.status in (401, 403):
                    self._on_news(True)
        self._client.rest()

    def _next(self) -> News | None:
        """What is known since the last time; None at the end."""
        with self._told:
            self._told.wait_for(lambda: self._closed or self._known is not None)
            known, self._known = self._known, None
            return None if self._closed else known
