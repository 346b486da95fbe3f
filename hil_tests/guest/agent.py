"""The bench's hand inside the guest: takes orders as JSON lines on a virtio-serial port and answers each with a line.

`run` starts a program; `test` runs pytest in a copy of this process, which has imported everything already. Both
answer with the exit code and what was printed, when they end or their limit is over. `write` lays a file. Several
orders may be under way at once; an answer carries the `id` of its order.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import selectors
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PORT = "/dev/virtio-ports/stillpoint.agent"
WARM = ("pytest", "_pytest.assertion.rewrite", "pydantic", "serial", "evdev", "gpiozero", "smartcard.scard")
PRINTED_MAX = 200_000
TICK_S = 1.0
UNCONNECTED_S = 0.05


@dataclass
class Child:
    """A program that runs for an order; what it prints goes to `output`."""

    order: int
    pid: int
    output: Any
    until: float


class Agent:
    """One loop over the port and the children."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._rest = b""
        self._wait = selectors.DefaultSelector()
        self._wait.register(port, selectors.EVENT_READ, None)
        self._children: dict[int, Child] = {}

    def serve(self) -> None:
        """Until the port goes away."""
        while True:
            for key, _ in self._wait.select(TICK_S):
                if key.data is None:
                    self._read()
                else:
                    self._ended(key.fd, key.data)
            self._end_late_ones()

    def _read(self) -> None:
        data = os.read(self._port, 65536)
        if not data:  # the other end is not connected; there is no way to wait for it
            select.select([], [], [], UNCONNECTED_S)
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if line:
                self._obey(json.loads(line))

    def _obey(self, order: dict[str, Any]) -> None:
        try:
            if order["do"] == "write":
                Path(order["path"]).write_text(order["text"])
                self._answer(order["id"], code=0)
            elif order["do"] == "run":
                self._start(order, lambda: os.execvpe(order["argv"][0], order["argv"], os.environ | order["env"]))
            else:
                self._start(order, lambda: _test(order["argv"]))
        except OSError as error:
            self._answer(order["id"], code=-1, out=str(error))

    def _start(self, order: dict[str, Any], body: Callable[[], object]) -> None:
        output = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed when the child has ended
        pid = os.fork()
        if pid == 0:
            _become(output.fileno(), self._port, body)
        child = Child(order["id"], pid, output, time.monotonic() + order["limit_s"])
        handle = os.pidfd_open(pid)
        self._children[handle] = child
        self._wait.register(handle, selectors.EVENT_READ, child)

    def _ended(self, handle: int, child: Child) -> None:
        self._wait.unregister(handle)
        os.close(handle)
        del self._children[handle]
        _, status = os.waitpid(child.pid, 0)
        child.output.seek(0)
        printed = child.output.read()[-PRINTED_MAX:].decode("utf-8", "replace")
        child.output.close()
        self._answer(child.order, code=os.waitstatus_to_exitcode(status), out=printed)

    def _end_late_ones(self) -> None:
        for child in self._children.values():
            if time.monotonic() > child.until:
                os.killpg(child.pid, signal.SIGKILL)

    def _answer(self, order: int, **said: Any) -> None:
        data = json.dumps({"id": order, **said}).encode() + b"\n"
        while data:
            data = data[os.write(self._port, data) :]


def _become(output: int, port: int, body: Callable[[], object]) -> None:
    """The rest of the life of a forked child."""
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(port)
    try:
        body()
    except OSError as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    os._exit(127)


def _test(arguments: list[str]) -> None:
    code = int(importlib.import_module("pytest").main(arguments))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main() -> None:
    """Import what tests need, then say so and serve."""
    for name in WARM:
        importlib.import_module(name)
    agent = Agent(os.open(PORT, os.O_RDWR))
    agent.serve()


if __name__ == "__main__":
    main()
