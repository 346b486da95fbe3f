"""Every error of HQ's HTTP doors in the one shape of `protocol.problem`, whatever went wrong."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from hq.database import UNAVAILABLE
from hq.problems import Code, Refusal

log = logging.getLogger(__name__)


def answer_problems(app: FastAPI) -> None:
    for kind in (Refusal, RequestValidationError, HTTPException, *UNAVAILABLE, Exception):
        app.add_exception_handler(kind, _handle)


async def _handle(request: Request, error: Exception) -> JSONResponse:
    refusal = _refusal(error)
    if refusal.code.status >= 500:
        log.error("%s %s: %s", request.method, request.url.path, type(error).__name__)
    return JSONResponse(refusal.answer(), refusal.code.status)


def _refusal(error: Exception) -> Refusal:
    match error:
        case Refusal():
            return error
        case RequestValidationError():
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            return Refusal(Code.MESSAGE_INVALID, what=f"{where[:100]}: {first['msg'][:200]}")
        case HTTPException(status_code=405):
            return Refusal(Code.METHOD_NOT_ALLOWED)
        case HTTPException():
            return Refusal(Code.NOT_FOUND)
        case _ if isinstance(error, UNAVAILABLE):
            return Refusal(Code.STORAGE)
        case _:
            return Refusal(Code.INTERNAL)
