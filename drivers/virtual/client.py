"""The other end of a virtual device: a small client that gives orders and hears news."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LINE_BYTES_MAX = 16 * 1024
ANSWER_S_MAX = 5.0


class VirtualClientError(OSError):
    """The virtual device is not there, does not answer, or refuses the order."""


class VirtualClient:
    """One connection to the control socket of a virtual device; a blocking noun with a time limit on every wait."""

    def __init__(self, path: Path, limit_s: float = ANSWER_S_MAX) -> None:
        self._path = path
        self._rest = b""
        self._news: list[dict[str, Any]] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        self._socket.settimeout(limit_s)
        try:
            self._socket.connect(str(path))
        except OSError as error:
            self._socket.close()
            raise VirtualClientError(f"no virtual device at {path}: {error.strerror or error}") from error

    def __enter__(self) -> VirtualClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def tap(self, uid: str, **card: Any) -> None:
        """Hold a card to the reader; more about it as in `drivers.virtual.cards.wallet`."""
        self.order({"tap": uid, **card})

    def remove(self) -> None:
        self.order({"remove": True})

    def scan(self, text: str) -> None:
        self.order({"scan": text})

    def key(self, key: str) -> None:
        self.order({"key": key})

    def plug(self, plugged: bool) -> None:
        self.order({"plug": plugged})

    def order(self, order: dict[str, Any]) -> None:
        """Give one order and wait until it is done. Raises VirtualClientError with the device's reason."""
        try:
            self._socket.sendall(json.dumps(order).encode() + b"\n")
        except OSError as error:
            raise self._gone() from error
        for message in self._messages():
            if "error" in message:
                raise VirtualClientError(str(message["error"]))
            if "done" in message:
                return
            self._news.append(message)

    def light(self) -> str:
        """The next pattern that the light tells: at first the one it shows, then each change."""
        return str(self.news().get("light"))

    def news(self) -> dict[str, Any]:
        """The next that the device tells by itself."""
        while not self._news:
            self._news.append(next(self._messages()))
        return self._news.pop(0)

    def _messages(self) -> Iterator[dict[str, Any]]:
        while True:
            while b"\n" not in self._rest:
                self._rest += self._received()
            line, _, self._rest = self._rest.partition(b"\n")
            yield json.loads(line)

    def _received(self) -> bytes:
        with contextlib.suppress(OSError):
            data = self._socket.recv(4096)
            if data and len(self._rest) <= LINE_BYTES_MAX:
                return data
        raise self._gone()

    def _gone(self) -> VirtualClientError:
        return VirtualClientError(f"the virtual device at {self._path} went away or does not answer")


def send(path: Path, order: dict[str, Any]) -> None:
    """Give one order over a connection of its own. Raises VirtualClientError."""
    with VirtualClient(path) as client:
        client.order(order)
