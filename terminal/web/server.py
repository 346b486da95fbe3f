"""A uvicorn server that leaves signals to whoever runs it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

ENDINGS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Server(uvicorn.Server):
    """Serves until `stop`, or until one of ENDINGS comes once `stop_on_signals` was called."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn's own capture raises the signal again at its end, before everything else has closed."""
        yield

    def stop(self) -> None:
        """Call in the event loop, at any time."""
        self.should_exit = True

    def stop_on_signals(self) -> None:
        """From now on a signal ends the serving, also if it comes before the serving has begun."""
        for name in ENDINGS:
            asyncio.get_running_loop().add_signal_handler(name, self.stop)
