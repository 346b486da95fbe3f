"""The machine protocol of QEMU (QMP): orders and events as JSON lines on a unix socket."""

from __future__ import annotations

import json
import socket
import time
from collections import deque
from pathlib import Path
from typing import Any

from hil_tests.bench.commands import BenchError

LIMIT_S = 60.0


class QmpError(BenchError):
    """QEMU refused an order; the sentence is its own."""


class Lines:
    """JSON objects, one a line, on a socket; `next` waits for one."""

    def __init__(self, connection: socket.socket, name: str) -> None:
        self._connection, self._name = connection, name
        self._rest = b""

    def send(self, value: dict[str, Any]) -> None:
        self._connection.sendall(json.dumps(value).encode() + b"\n")

    def next(self, limit_s: float = LIMIT_S) -> dict[str, Any]:
        """The next object. Raises BenchError when the other end goes away, TimeoutError when it says nothing."""
        until = time.monotonic() + limit_s
        while b"\n" not in self._rest:
            self._connection.settimeout(max(until - time.monotonic(), 0.001))
            data = self._connection.recv(65536)
            if not data:
                raise BenchError(f"{self._name} went away")
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        value = json.loads(line)
        assert isinstance(value, dict), f"{self._name} said {line[:100]!r}"
        return value


class Qmp:
    """A conversation with one QEMU. Events that come between answers are kept until they are asked for."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lines = Lines(connection, "QEMU")
        self._events: deque[dict[str, Any]] = deque()
        greeting = self._lines.next()
        assert "QMP" in greeting, f"this is not QMP: {greeting}"
        self.do("qmp_capabilities")

    @classmethod
    def connect(cls, path: Path) -> Qmp:
        """Speak with the QEMU whose socket is at `path`."""
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(path))
        return cls(connection)

    def do(self, order: str, /, limit_s: float = LIMIT_S, **arguments: Any) -> Any:
        """What QEMU returns; names take `-` for `_`. Raises QmpError with its words when it refuses."""
        named = {name.replace("_", "-"): value for name, value in arguments.items()}
        self._lines.send({"execute": order, "arguments": named} if named else {"execute": order})
        while True:
            said = self._lines.next(limit_s)
            if "event" in said:
                self._events.append(said)
            elif "error" in said:
                raise QmpError(f"{order} {named}: {said['error']['desc']}")
            else:
                return said["return"]

    def event(self, name: str, limit_s: float = LIMIT_S, **data: Any) -> dict[str, Any]:
        """The next event of this name with this data; those before it are forgotten."""
        until = time.monotonic() + limit_s
        while True:
            said = self._events.popleft() if self._events else self._lines.next(max(until - time.monotonic(), 0.001))
            found = said.get("data", {})
            if said.get("event") == name and all(found.get(key) == value for key, value in data.items()):
                return dict(found)

    def close(self) -> None:
        self._connection.close()
