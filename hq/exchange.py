"""HQ's door without a web server: one request in, one answer out, authentication and every refusal included."""

from __future__ import annotations

import json
import logging

from pydantic import BaseModel

from hq.auth import admit
from hq.database import UNAVAILABLE
from hq.headquarters import Headquarters
from hq.problems import Code, Refusal
from hq.route import JSON, TARGET_LIMIT, Answer, Asked, Request, Route
from hq.routes import ROUTES

__all__ = ["Answer", "Request", "answer", "find_route", "refused"]
log = logging.getLogger(__name__)


def answer(hq: Headquarters, request: Request) -> Answer:
    """Do what is asked and say what came of it. Whatever goes wrong is an answer too; only the process may fail."""
    try:
        return _served(hq, request)
    except Refusal as refusal:
        return refused(refusal)
    except UNAVAILABLE as error:
        log.error("%s %s: %s", request.method, request.path, type(error).__name__)
        return refused(Refusal(Code.STORAGE))
    except Exception:  # BLE001: a bug at HQ must not end the terminals' line; it is logged whole
        log.exception("%s %s failed", request.method, request.path)
        return refused(Refusal(Code.INTERNAL))


def find_route(method: str, path: str) -> tuple[Route, dict[str, str]]:
    """The route of a request and the values in its path. Raises Refusal NOT_FOUND or METHOD_NOT_ALLOWED."""
    there = [(route, values) for route in ROUTES if (values := route.match(path)) is not None]
    if not there:
        raise Refusal(Code.NOT_FOUND)
    found = next((one for one in there if one[0].method == method), None)
    if found is None:
        raise Refusal(Code.METHOD_NOT_ALLOWED)
    return found


def refused(refusal: Refusal) -> Answer:
    body = json.dumps(refusal.answer(), ensure_ascii=False).encode()
    headers = {"content-type": JSON}
    if "wait_s" in refusal.params:
        headers["retry-after"] = str(refusal.params["wait_s"])
    return Answer(refusal.code.status, headers, body)


def _served(hq: Headquarters, request: Request) -> Answer:
    if len(request.target) > TARGET_LIMIT:
        raise Refusal(Code.MESSAGE_INVALID, what=f"the address has more than {TARGET_LIMIT} characters")
    route, in_path = find_route(request.method, request.path)
    if len(request.body) > route.limit:
        raise Refusal(Code.BODY_TOO_LARGE, limit=route.limit)
    known = admit(hq, request, route.admits)
    values, body = route.values(request, in_path), route.message(request.body)
    return _answer(route, route.act(Asked(hq, request, values, body, known)))


def _answer(route: Route, given: BaseModel | bytes | None) -> Answer:
    match given:
        case None:
            return Answer(204, {}, b"")
        case bytes():
            return Answer(200, {"content-type": route.media}, given)
        case _:
            return Answer(200, {"content-type": JSON}, given.model_dump_json().encode())
