"""HQ's door for terminals over HTTP: bodies read up to a limit, everything else is `hq.exchange`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from hq.bodies import read_body
from hq.exchange import Answer, Request, answer, refused
from hq.headquarters import Headquarters
from hq.openapi import DescribedApp, answers, takes
from hq.problem_answers import answer_problems
from hq.problems import Refusal
from hq.route import Route
from hq.routes import ROUTES

Endpoint = Callable[[HttpRequest], Awaitable[Response]]


def create_app(headquarters: Headquarters) -> FastAPI:
    """The application over one open HQ; whoever opened it closes it. `openapi()` describes it; nothing serves that."""
    app = DescribedApp(title="Stillpoint HQ", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.headquarters = headquarters
    for route in ROUTES:
        app.add_api_route(
            route.path,
            _endpoint(headquarters, route),
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


def _endpoint(hq: Headquarters, route: Route) -> Endpoint:
    async def forward(request: HttpRequest) -> Response:
        try:
            body = await read_body(request, route.limit)
        except Refusal as refusal:
            return _response(refused(refusal))
        return _response(await run_in_threadpool(answer, hq, plain(request, body)))

    return forward


def plain(request: HttpRequest, body: bytes) -> Request:
    """The request as `hq.exchange` takes it; its target is what came on the wire."""
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    query: bytes = request.scope["query_string"]
    target = raw.partition(b"?")[0] + (b"?" + query if query else b"")
    return Request(request.method, target.decode("latin-1"), dict(request.headers.items()), body)


def _response(given: Answer) -> Response:
    return Response(given.body, given.status, dict(given.headers))
