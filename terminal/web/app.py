"""The terminal's web application, put together."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from terminal.code_scans import CodeScans
from terminal.counter.station import Station
from terminal.counter.unverified import Unverified
from terminal.web import pages, pin_api, pos_api, problems, till_api
from terminal.web.auth import Keys
from terminal.web.body_limit import BodyLimit
from terminal.web.lending import Lender
from terminal.web.stream import Stream

LOOPBACK_NAMES = ["127.0.0.1", "localhost", "[::1]"]


def create_app(
    station: Station,
    stream: Stream,
    keys: Keys,
    lender: Lender,
    version: str,
    unverified: Unverified | None = None,
    scans: CodeScans | None = None,
) -> FastAPI:
    """Screens, till actions, POS API and stream. Hosts other than loopback names are refused (DNS rebinding)."""
    app = FastAPI(title="Stillpoint terminal", version=version, docs_url=None, redoc_url=None)
    problems.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=LOOPBACK_NAMES)
    app.include_router(till_api.router(station, keys, lender, scans or CodeScans(station)))
    app.include_router(pin_api.pad_router(station, keys))
    app.include_router(pos_api.router(station, keys, lender, unverified or Unverified()))
    pages.install(app, stream, keys, station.around.demo)
    return app
