"""HQ's status page: terminals, operations and conflicts for a person, and the same as JSON. Loopback only."""

from __future__ import annotations

import html
import re
from datetime import datetime
from importlib.resources import files
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from hq.headquarters import Headquarters
from hq.problem_answers import answer_problems
from hq.status_facts import facts, points_of_members
from hq.status_words import WORDS

LANGUAGES = ("zh-CN", "en")
HOSTS = ["127.0.0.1", "localhost", "::1", "[::1]"]  # another name is a page elsewhere that points a browser here
_LIVE = ("active", "suspended")
_CSP = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

router = APIRouter()


def headquarters_of(request: Request) -> Headquarters:
    found = request.app.state.headquarters
    assert isinstance(found, Headquarters)
    return found


Hq = Annotated[Headquarters, Depends(headquarters_of)]


def create_status_app(headquarters: Headquarters) -> FastAPI:
    """The application for a loopback listener; it answers to loopback names only."""
    app = FastAPI(title="Stillpoint HQ status", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.headquarters = headquarters
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=HOSTS)
    app.include_router(router)
    answer_problems(app)
    return app


@router.get("/status.json")
def get_facts(hq: Hq, lang: str = "en") -> dict[str, Any]:
    with hq.database.reading() as connection:
        return facts(connection, hq.clock(), hq.zone, lang if lang in LANGUAGES else "en")


@router.get("/points.json")
def get_points(hq: Hq) -> dict[str, dict[str, int]]:
    """Points of every member by id, for comparing with what terminals believe: balance, debt, pool, leased."""
    with hq.database.reading() as connection:
        return points_of_members(connection)


@router.get("/")
def get_page(request: Request, hq: Hq, lang: str = "") -> Response:
    language = lang if lang in LANGUAGES else _preferred(request.headers.get("accept-language", ""))
    page = render(get_facts(hq, language), language)
    return HTMLResponse(page, headers={"Content-Security-Policy": _CSP, "Cache-Control": "no-store"})


def _preferred(accepted: str) -> str:
    return "zh-CN" if accepted.strip().lower().startswith("zh") else "en"


def render(found: dict[str, Any], language: str) -> str:
    """The page; every value from outside is escaped."""
    words = WORDS[language]
    template = files("hq").joinpath("status.html").read_text("utf-8")
    other = LANGUAGES[1 - LANGUAGES.index(language)]
    values = {f"t_{name}": html.escape(text) for name, text in words.items()}
    values |= {"lang": language, "other": other, "other_name": WORDS[other]["language"]}
    values |= {
        "chain": html.escape(found["chain"]),
        "now": _time(found["now_ms"], found["zone"]),
        "counts": _counts(found, words),
        "notices": _notices(found, words),
        "terminals": _terminals(found["terminals"], words),
        "outcomes": _outcomes(found["operations"], words),
        "conflicts": _conflicts(found, words),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda place: values[place[1]], template)  # one pass: a value is never a template


def _notices(found: dict[str, Any], words: dict[str, str]) -> str:
    """Whom a restored HQ waits for; and rules past their planned end, at HQ and at terminals, which stop nobody."""
    own = found["programme"]
    told = [words["awaited"].format(devices=", ".join(found["awaited"]))] if found["awaited"] else []
    told += [words["programme_over"].format(**own)] if own and own["over"] else []
    told += [
        words["terminal_programme_over"].format(device=row["device"], **row["programme"])
        for row in found["terminals"]
        if row["state"] in _LIVE and row["programme"] and row["programme"]["over"]
    ]
    return "".join(f'<p class="notice">{html.escape(sentence)}</p>' for sentence in told)


def _counts(found: dict[str, Any], words: dict[str, str]) -> str:
    shown = {"members": found["members"], "stores": found["stores"], "products": found["products"], **found["points"]}
    return "".join(f"<div><b>{value:,}</b>{html.escape(words[name])}</div>" for name, value in shown.items())


def _terminals(rows: list[dict[str, Any]], words: dict[str, str]) -> str:
    return "".join(
        _row(
            [
                f"{row['device']} · {row['epoch']}",
                row["store"],
                words.get(f"state_{row['state']}", row["state"]),
                _ago(row["silent_s"], words),
                str(row["outbox"]) if row["outbox"] is not None else "–",
                str(row["acked_seq"]),
                ", ".join(f"{name}: {state}" for name, state in row["devices"].items()) or "–",
            ],
            f"state-{row['state']}",
        )
        for row in rows
    ) or _nothing(words, 7)


def _outcomes(operations: dict[str, int], words: dict[str, str]) -> str:
    return "".join(
        _row([words[f"outcome_{name}"], f"{count:,}"], f"outcome-{name}") for name, count in operations.items()
    )


def _conflicts(found: dict[str, Any], words: dict[str, str]) -> str:
    return "".join(
        _row(
            [
                _time(row["received_ms"], found["zone"]) if "received_ms" in row else "–",
                f"{row['device']} · {row['seq']}" if "seq" in row else row["device"],
                words[f"outcome_{row['outcome']}"],
                " ".join([*(told["happened"] for told in row["told"]), row.get("proof_told", "")]).rstrip(),
                *(" ".join(told[part] for told in row["told"]) for part in ("bears", "do")),
            ],
            f"outcome-{row['outcome']}",
        )
        for row in found["conflicts"]
    ) or _nothing(words, 6)


def _row(cells: list[str], kind: str) -> str:
    return f'<tr class="{html.escape(kind)}">' + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>"


def _nothing(words: dict[str, str], columns: int) -> str:
    return f'<tr><td class="quiet" colspan="{columns}">{html.escape(words["nothing"])}</td></tr>'


def _time(utc_ms: int, zone: str) -> str:
    return datetime.fromtimestamp(utc_ms // 1000, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")


def _ago(seconds: int | None, words: dict[str, str]) -> str:
    if seconds is None:
        return words["never"]
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return words[unit].format(n=seconds // size)
    return words["seconds"].format(n=seconds)
