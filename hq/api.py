"""HQ's door for terminals over HTTP: bodies read up to a limit, everything else is `hq.exchange`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from hq.bodies import read_body
from hq.exchange import Answer, Request, answer, refused
from hq.headquarters import Headquarters
from hq.openapi import DescribedApp, answers, takes
from hq.problem_answers import answer_problems
from hq.problems import Code, Refusal
from hq.route import Route
from hq.routes import ROUTES, WATCH
from hq.turns import Turns
from hq.watching import Watchers
from protocol.contact import News
from protocol.request_signature import claimed_key, read_key_name

BODY_S = 30
THREADS = 8  # as many as have a connection to the database: more would only wait for it, and for the interpreter
Endpoint = Callable[[HttpRequest], Awaitable[Response]]


def create_app(headquarters: Headquarters) -> FastAPI:
    """The application over one open HQ; whoever opened it closes it. `openapi()` describes it; nothing serves that.

    `state.watchers` are the terminals that wait for news: close them to let them go.
    """
    app = DescribedApp(title="Stillpoint HQ", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.headquarters, app.state.watchers = headquarters, Watchers(headquarters)
    door = Door(headquarters, Turns(), app.state.watchers)
    for route in ROUTES:
        app.add_api_route(
            route.path,
            door.watch if route.path == WATCH else door.endpoint(route),
            methods=[route.method],
            name=route.act.__name__,
            summary=route.says,
            response_class=Response,
            status_code=200 if route.gives else 204,
            responses=answers(route),
            openapi_extra=takes(route),
        )
    answer_problems(app)
    return app


@dataclass(frozen=True)
class Door:
    """Lets requests in, so many at a time, and terminals that watch wait."""

    hq: Headquarters
    turns: Turns
    watchers: Watchers
    threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(THREADS))

    def endpoint(self, route: Route) -> Endpoint:
        async def forward(request: HttpRequest) -> Response:
            return _response(await self._answer(request, route.limit))

        return forward

    async def watch(self, request: HttpRequest) -> Response:
        """The answer comes when there is news; nobody's turn is used up while a terminal waits."""
        given = await self._answer(request, 0)
        who = read_key_name(claimed_key(dict(request.headers.items()))) if given.status == 200 else None
        if who is None:
            return _response(given)
        known = News(granted=int(request.query_params["granted"]), config=int(request.query_params["config"]))
        if News.model_validate_json(given.body) != known:
            return _response(given)
        await self.watchers.wait(who, known)
        now = await to_thread.run_sync(self.watchers.now, who, limiter=self.threads)
        return _response(Answer(200, given.headers, now.model_dump_json().encode()))

    async def _answer(self, request: HttpRequest, limit: int) -> Answer:
        try:
            async with self.turns.turn():
                return await self._served(request, limit)
        except Refusal as refusal:
            return refused(refusal)
        except TimeoutError:
            return refused(Refusal(Code.MESSAGE_INVALID, what=f"the body did not come in {BODY_S} s"))

    async def _served(self, request: HttpRequest, limit: int) -> Answer:
        with self.hq.demand.serving():
            async with asyncio.timeout(BODY_S):
                body = await read_body(request, limit)
            return await to_thread.run_sync(answer, self.hq, plain(request, body), limiter=self.threads)


def plain(request: HttpRequest, body: bytes) -> Request:
    """The request as `hq.exchange` takes it; its target is what came on the wire."""
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    query: bytes = request.scope["query_string"]
    target = raw.partition(b"?")[0] + (b"?" + query if query else b"")
    return Request(request.method, target.decode("latin-1"), dict(request.headers.items()), body)


def _response(given: Answer) -> Response:
    return Response(given.body, given.status, dict(given.headers))
