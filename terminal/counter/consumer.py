"""One bounded queue and one consumer: everything that changes the till happens on this thread, in order."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from terminal.errors import TerminalError

T = TypeVar("T")
CAPACITY = 256


class Busy(TerminalError):
    """The till has more to do than it may keep waiting; ask again in a moment."""


class Consumer:
    """Runs submitted work one after the other. `idle` runs when nothing waited for `tick_s` seconds."""

    def __init__(self, idle: Callable[[], None], tick_s: float = 1.0, capacity: int = CAPACITY) -> None:
        self._queue: queue.Queue[tuple[Future[Any], Callable[[], Any]] | None] = queue.Queue(capacity)
        self._idle, self._tick_s = idle, tick_s
        self._thread = threading.Thread(target=self._run, name="till", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Queue `work`; its result or exception comes in the Future. Raises Busy when the queue is full."""
        future: Future[T] = Future()
        try:
            self._queue.put_nowait((future, work))
        except queue.Full as error:
            raise Busy(f"{self._queue.maxsize} events already wait at the till") from error
        return future

    def close(self) -> None:
        """Finish what is queued and stop."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                item = self._queue.get(timeout=self._tick_s)
            except queue.Empty:
                self._idle()
                continue
            if item is None:
                return
            _carry_out(*item)


def _carry_out(future: Future[Any], work: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - it belongs to whoever asked, and the till goes on
        future.set_exception(error)
    else:
        future.set_result(result)
