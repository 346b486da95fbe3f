"""No request may be larger than the terminal wants to keep in memory."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from terminal.counter.phrase import Phrase
from terminal.web.problems import answer
from terminal.web.sentences import preferred

LIMIT = 64 * 1024


class BodyLimit:
    """ASGI middleware: answers 413 as soon as a body is announced, or found, to be over LIMIT bytes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, taken = Headers(scope=scope), 0
        announced = headers.get("content-length", "0")

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > LIMIT:
                raise HTTPException(413, "body_too_large")
            return message

        if announced.isdigit() and int(announced) <= LIMIT:
            await self._app(scope, bounded, send)
            return
        refusal = answer(Phrase("body_too_large", {"limit": LIMIT}), 413, preferred(headers.get("accept-language")))
        await refusal(scope, receive, send)
