"""A terminal that falls silent, or that refuses the stream after a new start, in front of the fixture's application."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

DISCONNECT: Message = {"type": "websocket.disconnect", "code": 1001}


class Outage:
    """Passes everything on until it is told to end the streams, to refuse new ones, or to answer nothing at all."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._streams: set[asyncio.Event] = set()
        self._refuses_streams = False
        self._silent = False
        self.pages_served = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._stream(scope, receive, send)
        elif self._silent:
            await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        else:
            self.pages_served += scope["path"] in ("/", "/counter")
            await self._app(scope, receive, send)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._refuses_streams:
            await send({"type": "websocket.close", "code": 1008})
            return
        ended = asyncio.Event()
        self._streams.add(ended)
        try:
            await self._app(scope, _until(ended, receive), send)
        finally:
            self._streams.discard(ended)

    def end_streams(self) -> None:
        """Call in the event loop: every open stream breaks."""
        for ended in self._streams:
            ended.set()

    @contextmanager
    def refusing_streams(self) -> Iterator[None]:
        self._refuses_streams = True
        try:
            yield
        finally:
            self._refuses_streams = False

    @contextmanager
    def silent(self) -> Iterator[None]:
        self._silent = True
        try:
            with self.refusing_streams():
                yield
        finally:
            self._silent = False


def _until(ended: asyncio.Event, receive: Receive) -> Receive:
    """`receive` that tells of a broken connection once `ended` is set."""

    async def either() -> Message:
        message = asyncio.ensure_future(receive())
        end = asyncio.ensure_future(ended.wait())
        waiting: set[asyncio.Future[Any]] = {message, end}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        end.cancel()
        if message.done():
            return message.result()
        message.cancel()
        return DISCONNECT

    return either
