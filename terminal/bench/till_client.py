"""A page without a browser: the counter's actions and the stream, as the counter page uses them."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Any

import urllib3
from websockets.sync.client import ClientConnection, connect

TIMEOUT_S = 20.0


class TillClient:
    """Opens the counter page for its cookie, then acts and listens. `view` is the newest view that was received."""

    def __init__(self, base: str, view: str = "counter") -> None:
        self._base, self._name = base.rstrip("/"), view
        self._pool = urllib3.PoolManager(timeout=urllib3.Timeout(TIMEOUT_S), retries=False)
        self._cookie = ""
        self._stack = ExitStack()
        self._socket: ClientConnection | None = None
        self.view: dict[str, Any] = {}

    def __enter__(self) -> TillClient:
        page = self._pool.request("GET", self._base + "/counter")
        self._cookie = page.headers["set-cookie"].split(";")[0]
        address = self._base.replace("http://", "ws://") + f"/api/v1/stream?view={self._name}"
        opened = connect(address, additional_headers={"cookie": self._cookie}, open_timeout=TIMEOUT_S)
        self._socket = self._stack.enter_context(opened)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
        self._pool.clear()

    def act(self, action: str, body: object) -> tuple[int, Any]:
        """POST /api/v1/`action`; status and JSON answer."""
        headers = {"cookie": self._cookie}
        response = self._pool.request("POST", f"{self._base}/api/v1/{action}", json=body, headers=headers)
        return response.status, json.loads(response.data)

    def until(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first view, from the newest on, that meets `condition`. Raises TimeoutError when none comes."""
        if self._socket is None:
            raise RuntimeError("the client is not open: use it in a with block")
        while not (self.view and condition(self.view)):
            self.view = json.loads(self._socket.recv(TIMEOUT_S))
        return self.view
