"""What the bench process answers, for its page alone: two parts, a few cards, a few goods."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

import terminal.bench

RECEIPT = Path(__file__).parents[2] / "docs" / "pictures" / "receipt.png"
FOLDER = Path(terminal.bench.__file__).with_name("page")

CARDS: list[dict[str, Any]] = [
    {"uid": "04A1B2C3D4E5F6", "name": "王*明", "tier": "gold", "tier_name": {"zh-CN": "金卡", "en": "Gold"},
     "home_store": "s01", "note": {"zh-CN": "常客", "en": "A regular guest"}},
    {"uid": "04A1B2C3D4E5F7", "name": "S*** B***", "tier": "diamond", "tier_name": {"zh-CN": "钻石", "en": "Diamond"},
     "home_store": "s02", "note": {"zh-CN": "来自另一家门店", "en": "From another store"}, "pin": "407163"},
    {"uid": "04A1B2C3D4E5F8", "name": "李*", "tier": "silver", "tier_name": {"zh-CN": "银卡", "en": "Silver"},
     "home_store": "s01", "note": {"zh-CN": "这张卡已停用", "en": "This card is blocked"}},
    {"uid": "0401020304050A", "name": "?", "tier": None, "tier_name": {}, "home_store": None,
     "note": {"zh-CN": "没有登记的卡", "en": "A card that nobody knows"}},
]  # fmt: skip
PRODUCTS: list[dict[str, Any]] = [
    {"gtin": f"69012345{number:05d}", "name": {"zh-CN": f"鲜牛奶 {number} 号", "en": f"Fresh milk no. {number}"},
     "price": 1290 + number, "category": "dairy"}
    for number in range(60)
]  # fmt: skip


def install(app: FastAPI) -> None:
    """Add the bench's page below /bench/ and its API below /api/; both switches work."""
    state: dict[str, Any] = {
        "line": True,
        "power": True,
        "parts": [{"name": "hq", "running": True}, {"name": "terminal", "running": True}],
        "links": {"member": "/", "counter": "/counter", "status": "/health"},
        "paper": "receipt-000001.png",
        "log": ["hq: ready", "terminal: serving on 127.0.0.1"],
    }
    asked: list[tuple[str, dict[str, Any]]] = []

    @app.get("/api/state")
    async def read_state() -> dict[str, Any]:
        return state

    @app.get("/api/paper")
    async def paper() -> FileResponse:
        return FileResponse(RECEIPT)

    @app.get("/api/cards")
    async def cards() -> list[dict[str, Any]]:
        return CARDS

    @app.get("/api/products")
    async def products() -> list[dict[str, Any]]:
        return PRODUCTS

    @app.get("/api/asked")
    async def what_was_asked() -> list[tuple[str, dict[str, Any]]]:
        return asked

    for what in ("tap", "remove", "scan", "key", "line", "power"):
        _add(app, what, state, asked)
    app.mount("/bench", StaticFiles(directory=FOLDER, html=True))


def _add(app: FastAPI, what: str, state: dict[str, Any], asked: list[tuple[str, dict[str, Any]]]) -> None:
    @app.post(f"/api/{what}")
    async def act(request: Request) -> dict[str, bool]:
        body = await request.json()
        asked.append((what, body))
        if what in ("line", "power"):
            state[what] = body["on"]
        return {"ok": True}
