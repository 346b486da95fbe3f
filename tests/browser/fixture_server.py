"""The pages as the terminal serves them, with recorded views instead of a till: what is pressed is written down."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from terminal.web import pages
from terminal.web.auth import Keys
from terminal.web.stream import Stream
from tests.browser import bench_answers
from tests.browser.outage import Outage

ANSWER_WITHIN_S = 10


class Stage:
    """One server for many pages: `show` sends a view, `pressed` waits for the next action, `refuse` sets the answer."""

    def __init__(self) -> None:
        self.address = ""
        self._stream = Stream()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._actions: SimpleQueue[tuple[str, dict[str, Any]]] = SimpleQueue()
        self._refusal: dict[str, Any] | None = None
        self._held: asyncio.Event | None = None
        self._sent = 0
        self.outage = Outage(self._app())

    def _app(self) -> FastAPI:
        """The terminal's own pages and stream, and actions that only take note."""
        app = FastAPI(openapi_url=None)
        bench_answers.install(app)

        @app.post("/api/v1/{path:path}")
        async def action(path: str, request: Request) -> JSONResponse:
            self._actions.put((path, await request.json()))
            if self._held is not None:
                await self._held.wait()
            if self._refusal is not None:
                return JSONResponse({"error": self._refusal}, 409)
            return JSONResponse({"ok": True})

        pages.install(app, self._stream, Keys("screen of the fixture", None), demo=True)
        return app

    def show(self, view: dict[str, Any]) -> int:
        """Send `view` to its pages; returns the number of the message."""
        self._sent += 1
        message = {**view, "n": self._sent}
        asyncio.run_coroutine_threadsafe(self._publish(message), self.loop).result(ANSWER_WITHIN_S)
        return self._sent

    async def _publish(self, view: dict[str, Any]) -> None:
        self._stream.publish({view["view"]: view})

    def pressed(self) -> tuple[str, dict[str, Any]]:
        """The next action: its path below /api/v1/ and its body. Raises queue.Empty when none comes."""
        return self._actions.get(timeout=ANSWER_WITHIN_S)

    def forget(self) -> list[tuple[str, dict[str, Any]]]:
        """Actions that came and were not asked for; nothing is refused or held from now on."""
        self._refusal = None
        self.release()
        return [self._actions.get_nowait() for _ in range(self._actions.qsize())]

    def refuse(self, code: str, message: str = "", **params: Any) -> None:
        self._refusal = {"code": code, "message": message, "params": params}

    def hold(self) -> None:
        """Let actions wait for their answer until `release`."""
        self._held = asyncio.Event()

    def release(self) -> None:
        if self._held is not None:
            self.loop.call_soon_threadsafe(self._held.set)
            self._held = None

    def drop_streams(self) -> None:
        self.loop.call_soon_threadsafe(self.outage.end_streams)

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        assert self._loop is not None, "the server runs first"
        return self._loop

    @contextmanager
    def serving(self) -> Iterator[Stage]:
        """Serve on a free port of loopback until the block ends."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        ready = threading.Event()
        server = uvicorn.Server(uvicorn.Config(self.outage, log_level="error", lifespan="off", ws="websockets-sansio"))

        async def run() -> None:
            self._loop = asyncio.get_running_loop()
            ready.set()
            await server.serve([listener])

        thread = threading.Thread(target=lambda: asyncio.run(run()))
        thread.start()
        ready.wait(ANSWER_WITHIN_S)
        try:
            yield self
        finally:
            server.should_exit = True
            thread.join(ANSWER_WITHIN_S)
            listener.close()
