"""The bench page and its small API: cards to tap, codes to scan, keys, and the two switches."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, ConfigDict, Field
from starlette.middleware.trustedhost import TrustedHostMiddleware

import kiosk_ui
from terminal.bench.layout import SAMPLE_CARDS, SAMPLE_CHAIN
from terminal.bench.world import World
from terminal.codes.gs1 import CHARS_MAX
from terminal.counter.masking import mask_name

FOLDER = Path(__file__).with_name("page")
Code = Annotated[str, Field(max_length=CHARS_MAX)]


class Wish(BaseModel):
    """What a button asks for; each uses the field it needs."""

    model_config = ConfigDict(extra="forbid", strict=True)
    uid: Annotated[str, Field(pattern=r"^([0-9A-Fa-f]{2}){4,10}$")] | None = Field(None, repr=False)
    code: Code | None = Field(None, repr=False)
    key: Annotated[str, Field(pattern=r"^([0-9]|enter|clear|back)$")] | None = Field(None, repr=False)
    on: bool | None = None


def create_page(world: World) -> FastAPI:
    """The page's application; loopback only, and only for pages of its own address."""
    app = FastAPI(title="Stillpoint bench", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    _questions(app, world)
    _switches(app, world)
    _devices(app, world)

    @app.exception_handler(OSError)
    async def no_device(_request: Request, _error: OSError) -> JSONResponse:
        return JSONResponse(
            {"error": {"code": "power_off", "message": "The terminal has no power.", "params": {}}}, 503
        )

    app.mount("/ui", StaticFiles(directory=kiosk_ui.FOLDER))
    app.mount("/", StaticFiles(directory=FOLDER, html=True))
    return app


def _questions(app: FastAPI, world: World) -> None:
    @app.get("/api/state")
    async def state() -> dict[str, Any]:
        parts = [world.hq, *world.parts]
        return {
            "line": world.line.up,
            "power": world.power,
            "parts": [{"name": part.name, "running": part.running} for part in parts],
            "links": {
                "member": world.member_url,
                "counter": world.member_url + "counter",
                "status": world.status_url,
            },
            "log": world.parts[0].tail(8).splitlines(),
        }

    @app.get("/api/cards")
    async def cards() -> list[dict[str, Any]]:
        return sample_cards()

    @app.get("/api/products")
    async def products() -> list[dict[str, Any]]:
        return sample_products()


def _switches(app: FastAPI, world: World) -> None:
    @app.post("/api/line")
    async def line(wish: Wish) -> dict[str, bool]:
        if wish.on:
            world.line.mend()
        else:
            world.line.cut()
        return {"ok": True}

    @app.post("/api/power")
    async def power(wish: Wish) -> dict[str, bool]:
        await (world.power_on() if wish.on else world.power_off())
        return {"ok": True}


def _devices(app: FastAPI, world: World) -> None:
    @app.post("/api/tap")
    async def tap(wish: Wish) -> dict[str, bool]:
        await world.device("card_reader", {"tap": wish.uid})
        return {"ok": True}

    @app.post("/api/remove")
    async def remove() -> dict[str, bool]:
        await world.device("card_reader", {"remove": True})
        return {"ok": True}

    @app.post("/api/scan")
    async def scan(wish: Wish) -> dict[str, bool]:
        await world.device("scanner", {"scan": wish.code})
        return {"ok": True}

    @app.post("/api/key")
    async def key(wish: Wish) -> dict[str, bool]:
        await world.device("keypad", {"key": wish.key})
        return {"ok": True}


def sample_cards() -> list[dict[str, Any]]:
    """The chosen cards with what a person playing should know of them."""
    with (SAMPLE_CHAIN / "members.csv").open(encoding="utf-8", newline="") as file:
        members = {row["id"]: row for row in csv.DictReader(file)}
    tiers = {tier["id"]: tier["name"] for tier in json.loads((SAMPLE_CHAIN / "programme.json").read_text())["tiers"]}
    cards = []
    for card in json.loads(SAMPLE_CARDS.read_text("utf-8")):
        member = members.get(card["member"] or "", {})
        cards.append(
            {
                "uid": card["uid"],
                "name": mask_name(member.get("name", "?")),
                "tier": member.get("tier"),
                "tier_name": tiers.get(member.get("tier", ""), {}),
                "home_store": member.get("home_store"),
                "note": {"zh-CN": card["note_zh"], "en": card["note_en"]},
            }
        )
    return cards


def sample_products() -> list[dict[str, Any]]:
    """All goods of the sample chain, in the order of its file."""
    with (SAMPLE_CHAIN / "products.csv").open(encoding="utf-8", newline="") as file:
        return [
            {
                "gtin": row["gtin"],
                "name": {"zh-CN": row["name_zh"], "en": row["name_en"]},
                "price": int(row["price"]),
                "category": row["category"],
            }
            for row in csv.DictReader(file)
        ]
