"""The host's end of the agent in the guest: orders go out, answers find whoever asked."""

from __future__ import annotations

import json
import queue
import socket
import threading
from dataclasses import dataclass
from typing import Any

from hil_tests.bench.commands import BenchError
from hil_tests.bench.qmp import Lines

LIMIT_S = 60.0
GRACE_S = 30.0  # beyond the limit that the agent keeps itself


@dataclass(frozen=True)
class Done:
    """How a program in the guest ended, and what it printed."""

    code: int
    out: str


class AgentLink:
    """May be used from several threads at once."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._sending = threading.Lock()
        self._waiting: dict[int, queue.Queue[Done]] = {}
        self._last = 0
        self._thread = threading.Thread(target=self._read, name="agent", daemon=True)
        self._thread.start()

    def run(self, *argv: str, limit_s: float = LIMIT_S, check: bool = True, **environment: str) -> Done:
        """Run a program in the guest. With `check` a code other than 0 is a BenchError that holds what it printed."""
        done = self._ask({"do": "run", "argv": list(argv), "env": environment}, limit_s)
        if check and done.code:
            raise BenchError(f"in the guest `{' '.join(argv)[:200]}` ended with {done.code}: {done.out[-2000:]}")
        return done

    def shell(self, script: str, limit_s: float = LIMIT_S, check: bool = True) -> Done:
        return self.run("/bin/sh", "-c", script, limit_s=limit_s, check=check)

    def begin(self, *argv: str, **environment: str) -> None:
        """Start a program in the guest and do not wait for it."""
        self._send({"do": "run", "argv": list(argv), "env": environment}, queue.Queue(), 24 * 3600.0)

    def test(self, *arguments: str, limit_s: float = 600.0) -> Done:
        """Run pytest in the guest, in a process that has imported it already."""
        return self._ask({"do": "test", "argv": list(arguments)}, limit_s)

    def write(self, path: str, text: str) -> None:
        """Lay a file in the guest."""
        done = self._ask({"do": "write", "path": path, "text": text}, LIMIT_S)
        if done.code:
            raise BenchError(f"in the guest {path} cannot be written: {done.out}")

    def close(self) -> None:
        self._connection.close()

    def _ask(self, order: dict[str, Any], limit_s: float) -> Done:
        answer: queue.Queue[Done] = queue.Queue()
        number = self._send(order, answer, limit_s)
        try:
            return answer.get(timeout=limit_s + GRACE_S)
        except queue.Empty:
            raise BenchError(f"the guest does not answer to {json.dumps(order)[:200]}") from None
        finally:
            del self._waiting[number]

    def _send(self, order: dict[str, Any], answer: queue.Queue[Done], limit_s: float) -> int:
        with self._sending:
            self._last += 1
            number = self._last
            self._waiting[number] = answer
            self._connection.sendall(json.dumps({"id": number, "limit_s": limit_s, **order}).encode() + b"\n")
        return number

    def _read(self) -> None:
        lines = Lines(self._connection, "the guest")
        while True:
            try:
                said = lines.next(limit_s=3600.0)
            except (BenchError, OSError, ValueError):
                return
            waiting = self._waiting.get(said["id"])
            if waiting is not None:
                waiting.put(Done(said["code"], said.get("out", "")))
