"""The pages themselves, the stream they listen to, and the answer to 'are you there'."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from typing import Annotated

from fastapi import APIRouter, FastAPI, Query, WebSocket, WebSocketDisconnect
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

import kiosk_ui
from terminal.web.auth import COOKIE, Keys
from terminal.web.stream import Stream

_INLINE = re.compile(r"<script type=\"importmap\">(.*?)</script>", re.DOTALL)


def install(app: FastAPI, stream: Stream, keys: Keys, demo: bool) -> None:
    """Add `/`, `/counter`, `/ui/*`, `/health` and the stream to `app`. A demo may be framed by its bench page."""
    frames = "'self' http://127.0.0.1:*" if demo else "'self'"
    app.include_router(_pages(keys, frames))
    app.include_router(_stream(stream, keys))
    app.mount("/ui", StaticFiles(directory=kiosk_ui.FOLDER), name="ui")


def _pages(keys: Keys, frames: str) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    async def member() -> HTMLResponse:
        return _page("member.html", keys, frames)

    @routes.get("/counter")
    async def counter() -> HTMLResponse:
        return _page("counter.html", keys, frames)

    @routes.get("/health")
    async def health() -> dict[str, bool]:
        """Whether the service answers; says nothing of HQ, which no sale waits for."""
        return {"ok": True}

    return routes


def _page(name: str, keys: Keys, frames: str) -> HTMLResponse:
    html = (kiosk_ui.FOLDER / name).read_text("utf-8")
    maps = " ".join(f"'sha256-{_sha256(script)}'" for script in _INLINE.findall(html))
    policy = f"default-src 'self'; script-src 'self' {maps}; connect-src 'self'; frame-ancestors {frames}"
    headers = {"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
    response = HTMLResponse(html, headers=headers)
    response.set_cookie(COOKIE, keys.screen, httponly=True, samesite="strict")
    return response


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _stream(stream: Stream, keys: Keys) -> APIRouter:
    routes = APIRouter()

    @routes.websocket("/api/v1/stream")
    async def listen(socket: WebSocket, view: Annotated[str, Query(pattern="^(member|counter)$")]) -> None:
        if not keys.is_screen(socket):
            await socket.close(1008)
            return
        await socket.accept()
        changed = stream.listen(view)
        sender = asyncio.create_task(_send(socket, stream, view, changed))
        try:
            while True:
                await socket.receive_text()
        except WebSocketDisconnect:
            pass
        finally:
            sender.cancel()
            stream.forget(view, changed)

    return routes


async def _send(socket: WebSocket, stream: Stream, view: str, changed: asyncio.Event) -> None:
    """The newest view at once, then at every change."""
    sent: str | None = None
    while True:
        text = stream.newest(view)
        if text is not None and text != sent:
            await socket.send_text(text)
            sent = text
        await changed.wait()
        changed.clear()
