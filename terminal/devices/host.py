"""The devices process: holds the drivers of terminal.toml and carries their events to the terminal."""

from __future__ import annotations

import logging
import select
import signal
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from drivers import registry
from drivers.base import Driver
from terminal.config import Config, DeviceConfig
from terminal.devices.exchanges import Exchanges
from terminal.devices.lines import Exchange, LineError, answer_line, event_line, read_command
from terminal.devices.link import Link
from terminal.devices.obeying import obey
from terminal.devices.opening import Create, close_device, introduce, open_device
from terminal.devices.outbound import Outbound
from terminal.devices.watch import LOOK_NS, Watch, rest_s
from terminal.notify import notify

log = logging.getLogger(__name__)
ALIVE_NS = 2_000_000_000


def run(config: Config) -> int:
    """Hold the devices until SIGTERM or SIGINT. Returns the exit code; to be called in the main thread."""
    host = Host(config.devices, config.devices_socket)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        host.stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        host.serve()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0


class Host:
    """The drivers on one side, the terminal's socket on the other; `serve` blocks until `stop`.

    A device that fails is a status. A terminal that is away is waited for; the devices stay open meanwhile.
    """

    def __init__(
        self,
        devices: Sequence[DeviceConfig],
        path: Path,
        create: Create = registry.create,
        now_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._devices = devices
        self._create = create
        self._now_ns = now_ns
        self._stopping = False
        self._waker, self._woken = socket.socketpair()
        self._waker.setblocking(False)
        self._outbound = Outbound(self._wake)
        self._exchanges = Exchanges(self._wake)
        self._link = Link(path)
        self._drivers: list[Driver] = []
        self._watch = Watch(self._drivers, self._outbound)
        self._looked_ns = self._told_alive_ns = 0

    def stop(self) -> None:
        """Make `serve` return; may be called from a signal handler or another thread."""
        self._stopping = True
        self._wake()

    def serve(self) -> None:
        """Start the drivers and carry events until `stop`; then close everything in reverse. To be called once."""
        try:
            for device in self._devices:
                driver = open_device(device, self._outbound.put, self._create)
                if driver is not None:
                    self._drivers.append(driver)
            for driver in self._drivers:
                introduce(driver, self._drivers, self._outbound.put)
            notify("READY=1")
            while not self._stopping:
                self._turn()
        finally:
            notify("STOPPING=1")
            self._close()

    def _turn(self) -> None:
        if self._link.socket is None and self._link.connect():
            self._outbound.all_again()
            self._exchanges.forget()
        self._send()
        waited_on = [self._woken] if self._link.socket is None else [self._woken, self._link.socket]
        ready, _, _ = select.select(waited_on, [], [], rest_s(self._now_ns(), self._looked_ns))
        if self._woken in ready:
            self._woken.recv(4096)
        if self._link.socket in ready:
            for line in self._link.lines():
                self._obey(line)
        self._keep_watch()

    def _send(self) -> None:
        if self._link.socket is not None:
            lines = [*map(event_line, self._outbound.take(self._now_ns())), *map(answer_line, self._exchanges.take())]
            if lines:
                self._link.send(b"".join(lines))

    def _obey(self, line: bytes) -> None:
        try:
            command = read_command(line)
        except LineError as error:
            log.warning("a line from the terminal was dropped: %s", error)
            return
        if isinstance(command, Exchange):
            self._exchanges.begin(self._drivers, command)
            return
        obey(self._drivers, command, self._outbound.put)

    def _keep_watch(self) -> None:
        """While only a new process helps the service manager hears nothing, and starts one."""
        now_ns = self._now_ns()
        if now_ns - self._looked_ns < LOOK_NS:
            return
        self._looked_ns = now_ns
        if self._watch.look() and now_ns - self._told_alive_ns >= ALIVE_NS:
            self._told_alive_ns = now_ns
            notify("WATCHDOG=1")

    def _wake(self) -> None:
        try:
            self._waker.send(b"!")
        except OSError:
            log.debug("already woken, or closed")

    def _close(self) -> None:
        for driver in reversed(self._drivers):
            close_device(driver)
        self._exchanges.close()
        self._send()
        self._link.close()
        self._waker.close()
        self._woken.close()
