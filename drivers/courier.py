"""A thread that makes calls for others, so that a call which never returns holds up nobody but itself."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Any, TypeVar

T = TypeVar("T")
WAITING_MAX = 16
Call = tuple["Future[Any]", Callable[[], Any]]


class Unanswered(Exception):
    """A call did not return in time; its thread is left to it."""


class Courier:
    """Runs one call after another in a thread of its own.

    A blocked C call cannot be ended from Python. It can be left behind: whoever waits goes on after its limit, the
    courier takes no more calls while it is `stuck`, and its thread ends when the call returns at last. `idle` is
    called in the thread after `idle_s` without a call.
    """

    def __init__(self, name: str, idle_s: float | None = None, idle: Callable[[], None] = lambda: None) -> None:
        self._idle_s, self._idle = idle_s, idle
        self._calls: queue.SimpleQueue[Call | None] = queue.SimpleQueue()
        self._overdue: Future[Any] | None = None
        self._closed = False
        self._began_s: float | None = None
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    @property
    def stuck(self) -> bool:
        """Whether a call that was given up has not returned yet."""
        overdue = self._overdue
        return overdue is not None and not overdue.done()

    @property
    def busy_s(self) -> float:
        """For how long the call lasts that is made now; 0 if there is none."""
        began_s = self._began_s
        return 0.0 if began_s is None else time.monotonic() - began_s

    @property
    def alive(self) -> bool:
        """Whether the thread is there still; after `close` it ends with the call that it is in."""
        return self._thread.is_alive()

    def do(self, call: Callable[[], T], limit_s: float) -> T:
        """Run `call` and give what it returns or raises. Raises Unanswered after `limit_s`, or at once when stuck."""
        future: Future[T] = Future()
        if self._closed or self.stuck:
            raise Unanswered
        self._calls.put((future, call))
        wait((future,), limit_s)
        if future.cancel():  # it was not begun
            raise Unanswered
        if future.running():
            self._overdue = future
            raise Unanswered
        return future.result(0)

    def post(self, call: Callable[[], Any]) -> None:
        """Run `call` when it is its turn; what it returns or raises is nobody's business.

        It is left out when too many wait, as they do behind one that hangs.
        """
        if not self._closed and not self.stuck and self._calls.qsize() < WAITING_MAX:
            self._calls.put((Future(), call))

    def close(self, last: Callable[[], None] = lambda: None) -> None:
        """Take no more calls and end, after `last`. Returns at once."""
        if not self._closed:
            self._closed = True
            self._calls.put((Future(), last))
            self._calls.put(None)

    def join(self, limit_s: float) -> None:
        """Wait for the end after `close`, at most `limit_s`."""
        self._thread.join(limit_s)

    def _work(self) -> None:
        while True:
            try:
                order = self._calls.get(timeout=self._idle_s)
            except queue.Empty:
                self._idle()
                order = self._calls.get()
            if order is None:
                return
            future, call = order
            if future.set_running_or_notify_cancel():
                self._began_s = time.monotonic()
                _settle(future, call)
                self._began_s = None


def _settle(future: Future[Any], call: Callable[[], Any]) -> None:
    try:
        future.set_result(call())
    except Exception as error:  # noqa: BLE001 - it belongs to whoever asked
        future.set_exception(error)
