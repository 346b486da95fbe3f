"""The bench page and its small API: cards to tap, codes to scan, keys, and the two switches."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, ConfigDict, Field
from starlette.middleware.trustedhost import TrustedHostMiddleware

import kiosk_ui
from terminal.bench.chip_card import MEMBER, NOTES, UID, ChipCard
from terminal.bench.layout import SAMPLE_CARDS, SAMPLE_CHAIN
from terminal.bench.sample_pin import MEMBER as WITH_PIN
from terminal.bench.sample_pin import PIN
from terminal.bench.world import World
from terminal.codes.gs1 import CHARS_MAX
from terminal.counter.masking import mask_name

FOLDER = Path(__file__).with_name("page")
Code = Annotated[str, Field(max_length=CHARS_MAX)]


class Wish(BaseModel):
    """What a button asks for; each uses the field it needs."""

    model_config = ConfigDict(extra="forbid", strict=True)
    uid: Annotated[str, Field(pattern=r"^([0-9A-Fa-f]{2}){4,10}$")] | None = Field(None, repr=False)
    card: Literal["chip", "copy"] | None = None
    code: Code | None = Field(None, repr=False)
    key: Annotated[str, Field(pattern=r"^([0-9]|enter|clear|back)$")] | None = Field(None, repr=False)
    on: bool | None = None


def create_page(world: World, chip_card: ChipCard) -> FastAPI:
    """The page's application; loopback only, and only for pages of its own address."""
    app = FastAPI(title="Stillpoint bench", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    _questions(app, world)
    _cards(app, world, chip_card)
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
            "paper": newest.name if (newest := world.layout.newest_paper()) else None,
            "log": world.parts[0].tail(8).splitlines(),
        }

    @app.get("/api/paper")
    async def paper() -> Response:
        """The newest receipt as it left the virtual printer."""
        newest = world.layout.newest_paper()
        return Response(status_code=404) if newest is None else FileResponse(newest, media_type="image/png")

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


def _cards(app: FastAPI, world: World, chip_card: ChipCard) -> None:
    @app.get("/api/cards")
    async def cards() -> list[dict[str, Any]]:
        return [*chip_cards(), *sample_cards()]

    @app.post("/api/tap")
    async def tap(wish: Wish) -> dict[str, bool]:
        await world.device("card_reader", chip_card.order(wish.card) if wish.card else {"tap": wish.uid})
        return {"ok": True}

    @app.post("/api/remove")
    async def remove() -> dict[str, bool]:
        await world.device("card_reader", {"remove": True})
        return {"ok": True}


def _devices(app: FastAPI, world: World) -> None:
    @app.post("/api/scan")
    async def scan(wish: Wish) -> dict[str, bool]:
        await world.device("scanner", {"scan": wish.code})
        return {"ok": True}

    @app.post("/api/key")
    async def key(wish: Wish) -> dict[str, bool]:
        await world.device("keypad", {"key": wish.key})
        return {"ok": True}


def sample_cards() -> list[dict[str, Any]]:
    """The chosen cards with what a person playing should know of them; one member has a PIN."""
    return [
        _card(
            card["uid"], card["member"], {"zh-CN": card["note_zh"], "zh-TW": card["note_zh_tw"], "en": card["note_en"]}
        )
        for card in json.loads(SAMPLE_CARDS.read_text("utf-8"))
    ]


def chip_cards() -> list[dict[str, Any]]:
    """The card with a key in its chip, and its copy."""
    return [{**_card(UID, MEMBER, note), "card": card} for card, note in NOTES.items()]


def _card(uid: str, owner: str | None, note: dict[str, str]) -> dict[str, Any]:
    member = _members().get(owner or "", {})
    tier = member.get("tier")
    return {
        "uid": uid,
        "name": mask_name(member.get("name", "?")),
        "tier": tier,
        "tier_name": _tiers().get(tier or "", {}),
        "home_store": member.get("home_store"),
        "note": note,
        "pin": PIN if owner == WITH_PIN else None,
    }


@cache
def _members() -> dict[str, dict[str, str]]:
    with (SAMPLE_CHAIN / "members.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


@cache
def _tiers() -> dict[str, dict[str, str]]:
    return {tier["id"]: tier["name"] for tier in json.loads((SAMPLE_CHAIN / "programme.json").read_text())["tiers"]}


def sample_products() -> list[dict[str, Any]]:
    """All goods of the sample chain, in the order of its file."""
    with (SAMPLE_CHAIN / "products.csv").open(encoding="utf-8", newline="") as file:
        return [
            {
                "gtin": row["gtin"],
                "name": {"zh-CN": row["name_zh"], "zh-TW": row["name_zh_tw"], "en": row["name_en"]},
                "price": int(row["price"]),
                "category": row["category"],
            }
            for row in csv.DictReader(file)
        ]
