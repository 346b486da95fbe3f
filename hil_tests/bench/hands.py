"""The bench's hands, for tests that run in the guest: orders come over a port, and are done on the host."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Mapping
from typing import Any

from hil_tests.bench.commands import BenchError
from hil_tests.bench.qmp import Lines

Order = Callable[..., Any]


class Hands:
    """Obeys each order by the function of its name, and answers with what it returns or with what went wrong."""

    def __init__(self, connection: socket.socket, orders: Mapping[str, Order]) -> None:
        self._connection = connection
        self._orders = orders
        self._thread = threading.Thread(target=self._serve, name="hands", daemon=True)
        self._thread.start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._connection.close()

    def _serve(self) -> None:
        lines = Lines(self._connection, "the guest")
        with contextlib.suppress(BenchError, OSError):
            while True:
                asked = lines.next(limit_s=24 * 3600.0)
                lines.send(self._obey(asked))

    def _obey(self, asked: dict[str, Any]) -> dict[str, Any]:
        order = self._orders.get(asked["do"])
        if order is None:
            return {"error": f"no order {asked['do']!r}; there are {', '.join(self._orders)}"}
        try:
            return {"done": order(**asked.get("with", {}))}
        except (BenchError, OSError, AssertionError) as error:
            return {"error": f"{type(error).__name__}: {error}"}
