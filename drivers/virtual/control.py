"""The control socket of a virtual device: JSON lines in, answers out, news to whoever is connected."""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import selectors
import socket
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)
Message = Mapping[str, Any]
LINE_BYTES_MAX = 16 * 1024
CLIENTS_MAX = 16
STEP_S = 1.0


class ControlSocket:
    """Served by one thread; `tell` and `wake` may be called from any.

    `answer` gives the answer to one order; `greeting` what a new client hears first. Raises OSError when the socket
    cannot be made. A client that sends nonsense gets an error, one that does not listen is let go.
    """

    def __init__(self, path: Path, answer: Callable[[Message], Message], greeting: Callable[[], list[Message]]) -> None:
        self._listener = _listen(path)
        self._path = path
        self._answer = answer
        self._greeting = greeting
        self._news: deque[Message] = deque(maxlen=64)
        self._clients: dict[socket.socket, bytes] = {}
        self._selector = selectors.DefaultSelector()
        self._waker, self._woken = socket.socketpair()
        for watched in (self._listener, self._woken):
            self._selector.register(watched, selectors.EVENT_READ)

    def tell(self, message: Message) -> None:
        """Send `message` to every client."""
        self._news.append(message)
        self.wake()

    def wake(self) -> None:
        """Make `step` return now."""
        with contextlib.suppress(OSError):
            self._waker.send(b"!", socket.MSG_DONTWAIT)

    def step(self) -> None:
        """Serve for a second at most, or until something happened."""
        for key, _ in self._selector.select(STEP_S):
            if key.fileobj is self._woken:
                self._woken.recv(4096)
            elif key.fileobj is self._listener:
                self._welcome()
            elif isinstance(key.fileobj, socket.socket):
                self._hear(key.fileobj)
        while self._news:
            message = self._news.popleft()
            for client in list(self._clients):
                self._send(client, message)

    def close(self) -> None:
        for client in list(self._clients):
            self._part(client)
        self._selector.close()
        for end in (self._listener, self._waker, self._woken):
            end.close()
        self._path.unlink(missing_ok=True)

    def _welcome(self) -> None:
        client, _ = self._listener.accept()
        if len(self._clients) >= CLIENTS_MAX:
            client.close()
            return
        client.setblocking(False)
        self._clients[client] = b""
        self._selector.register(client, selectors.EVENT_READ)
        for message in self._greeting():
            self._send(client, message)

    def _hear(self, client: socket.socket) -> None:
        try:
            data = client.recv(4096)
        except OSError:
            data = b""
        *lines, rest = (self._clients[client] + data).split(b"\n")
        self._clients[client] = rest
        for line in lines:
            self._send(client, self._answered(line))
        if not data or len(rest) > LINE_BYTES_MAX:
            self._part(client)

    def _answered(self, line: bytes) -> Message:
        try:
            order = json.loads(line)
        except (ValueError, RecursionError):
            return {"error": "not JSON"}
        return self._answer(order) if isinstance(order, dict) else {"error": "not an object"}

    def _send(self, client: socket.socket, message: Message) -> None:
        if client not in self._clients:
            return
        data = json.dumps(message, ensure_ascii=False).encode() + b"\n"
        try:
            whole = client.send(data) == len(data)
        except OSError:
            whole = False
        if not whole:
            log.warning("a client of %s does not listen and was let go", self._path)
            self._part(client)

    def _part(self, client: socket.socket) -> None:
        if self._clients.pop(client, None) is not None:
            self._selector.unregister(client)
            client.close()


def _listen(path: Path) -> socket.socket:
    """A socket for its owner alone. One that nobody serves any more is replaced."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        if probe.connect_ex(str(path)) == 0:
            raise OSError(errno.EADDRINUSE, "another device serves it")
    if path.is_socket():
        path.unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        listener.bind(str(path))
        os.chmod(path, 0o600)
        listener.listen(CLIENTS_MAX)
    except OSError:
        listener.close()
        raise
    return listener
