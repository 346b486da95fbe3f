"""The agent's end of the till: hands over what HQ said, waits until the till has it on disk, reconnects by itself."""

from __future__ import annotations

import itertools
import logging
import socket
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from pathlib import Path
from typing import Any

from protocol.entries import EntryAnswer
from protocol.feed import Bucket
from protocol.lease import GrantPage, Whereabouts
from protocol.links import CodeAnswer, LinkAnswer
from terminal.errors import ChainDiverged
from terminal.sync import lines
from terminal.sync.failures import LinkDown

log = logging.getLogger(__name__)
RETRY_S = 0.2  # a local socket: asking often costs nothing
ANSWER_S = 30.0
Said = LinkAnswer | CodeAnswer | EntryAnswer
UP, DOWN = "up", "down"  # the till's socket was found, was lost


class Link:
    """Safe to use from several threads. `on_event` gets what the till says unasked, on the link's own thread, and UP or
    DOWN.

    Every method that hands something over raises LinkDown when the till is away or does not answer.
    """

    def __init__(self, path: Path, on_event: Callable[[lines.Nudge | lines.Question | str], None]) -> None:
        self._path, self._on_event = path, on_event
        self._socket: socket.socket | None = None
        self._sending = threading.Lock()
        self._waiting: dict[int, Future[lines.Answer]] = {}
        self._numbers = itertools.count(1)
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Let go of the till. What was being handed over fails with LinkDown."""
        self._closed.set()
        connection = self._socket
        if connection is not None:
            _shut(connection)
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()

    @property
    def up(self) -> bool:
        return self._socket is not None

    def acknowledge(self, seq: int, digest: str) -> None:
        """Raises ChainDiverged if the ledger's own hash is another."""
        self._hand_over(lambda number: lines.Acknowledge(id=number, seq=seq, hash=digest))

    def apply_grants(self, page: GrantPage) -> int:
        """How many of the grants were new."""
        return int(self._hand_over(lambda number: lines.Grants(id=number, page=page))["applied"])

    def met(self, utc_ms: int, spend_until_ms: int) -> None:
        self._hand_over(lambda number: lines.Met(id=number, utc_ms=utc_ms, spend_until_ms=spend_until_ms))

    def changed(self, bucket: Bucket) -> None:
        self._hand_over(lambda number: lines.Changed(id=number, bucket=bucket))

    def state(self, online: bool, code: str | None) -> None:
        self._hand_over(lambda number: lines.State(id=number, online=online, code=code))

    def describe(self) -> Mapping[str, Any]:
        """What HQ shall be told of the terminal: `clock`, `devices`."""
        return self._hand_over(lambda number: lines.Describe(id=number))

    def answer(self, ask: lines.Ask, granted: bool, held_by: Whereabouts | None = None) -> None:
        value = {"held_by": held_by.model_dump(mode="json")} if held_by else {}
        self._send(lines.Answer(re=ask.id, error="" if granted else "not_granted", value=value))

    def answer_key(self, ask: lines.AskKey, given: bool) -> None:
        self._send(lines.Answer(re=ask.id, error="" if given else "not_given"))

    def answer_said(self, ask: lines.AskShown | lines.AskEntry, said: Said | None) -> None:
        """What HQ said, None where it was not asked."""
        value = {} if said is None else said.model_dump(mode="json")
        self._send(lines.Answer(re=ask.id, error="" if said else "not_asked", value=value))

    def _hand_over(self, make: Callable[[int], lines.FromAgent]) -> dict[str, Any]:
        number = next(self._numbers)
        future: Future[lines.Answer] = Future()
        self._waiting[number] = future
        try:
            self._send(make(number))
            answer = future.result(ANSWER_S)
        except FutureTimeout as error:
            raise LinkDown("the terminal service does not answer") from error
        finally:
            self._waiting.pop(number, None)
        if answer.error == lines.DIVERGED:
            raise ChainDiverged("HQ's copy of this terminal's history is not its ledger's")
        if answer.error:
            raise LinkDown(f"the terminal service could not take it: {answer.error}")
        return dict(answer.value)

    def _send(self, message: lines.FromAgent) -> None:
        connection = self._socket
        if connection is None:
            raise LinkDown("the terminal service is not there")
        try:
            with self._sending:
                connection.sendall(lines.line(message))
        except OSError as error:
            raise LinkDown(f"the terminal service went away: {error.strerror}") from error

    def _run(self) -> None:
        while not self._closed.is_set():
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                try:
                    connection.connect(str(self._path))
                except OSError:
                    self._closed.wait(RETRY_S)
                    continue
                self._serve(connection)
            self._closed.wait(RETRY_S)

    def _serve(self, connection: socket.socket) -> None:
        self._socket = connection
        self._on_event(UP)
        try:
            self._read(connection)
        except (OSError, lines.LineError) as error:
            log.warning("the terminal service was let go: %s", error)
        finally:
            self._socket = None
            for future in list(self._waiting.values()):
                if not future.done():
                    future.set_exception(LinkDown("the terminal service went away"))
            self._on_event(DOWN)

    def _read(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as file:
            while not self._closed.is_set():
                data = file.readline(lines.LINE_BYTES_MAX + 1)
                if not data:
                    return
                if len(data) > lines.LINE_BYTES_MAX:
                    raise lines.LineError(f"more than {lines.LINE_BYTES_MAX} bytes")
                self._take(lines.read_from_till(data))

    def _take(self, message: lines.FromTill) -> None:
        if isinstance(message, lines.Answer):
            future = self._waiting.get(message.re)
            if future is not None and not future.done():
                future.set_result(message)
        else:
            self._on_event(message)


def _shut(connection: socket.socket) -> None:
    """Wake a reader; closing alone does not."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError as error:
        log.debug("the till had gone already: %s", error)
