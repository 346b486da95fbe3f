"""The devices' end of the socket to the terminal: connect, send lines, receive lines, notice the end."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

from terminal.devices.lines import LINE_BYTES_MAX

log = logging.getLogger(__name__)
SEND_S_MAX = 2.0


class Link:
    """One connection at a time; held by one thread. Failures close it, and the caller connects again later."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._socket: socket.socket | None = None
        self._rest = b""

    @property
    def socket(self) -> socket.socket | None:
        """The open socket, to wait on; None while the terminal is away."""
        return self._socket

    def connect(self) -> bool:
        """Try once. Returns whether the terminal is there."""
        attempt = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        attempt.settimeout(SEND_S_MAX)
        try:
            attempt.connect(str(self._path))
        except OSError:
            attempt.close()
            return False
        self._socket, self._rest = attempt, b""
        log.info("connected to the terminal at %s", self._path)
        return True

    def send(self, data: bytes) -> None:
        """Send all of `data`; a terminal that takes nothing for 2 s is given up."""
        if self._socket is not None:
            try:
                self._socket.sendall(data)
            except OSError as error:
                self._lost(str(error))

    def lines(self) -> list[bytes]:
        """What has arrived, in whole lines; call it when the socket is readable."""
        if self._socket is None:
            return []
        try:
            data = self._socket.recv(4096)
        except OSError as error:
            self._lost(str(error))
            return []
        *lines, self._rest = (self._rest + data).split(b"\n")
        if not data:
            self._lost("it closed the connection")
        elif len(self._rest) > LINE_BYTES_MAX:
            self._lost("it sends lines without end")
        return lines

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _lost(self, why: str) -> None:
        log.warning("the terminal went away: %s", why)
        self.close()
