"""The one error shape of every answer, whatever went wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from protocol.problem import Problem, ProblemAnswer
from terminal.counter.consumer import Busy
from terminal.counter.phrase import Phrase, Refusal
from terminal.errors import IntentConflict, StoreError
from terminal.web.sentences import preferred, sentence

Handler = Callable[[Request, Exception], Awaitable[JSONResponse]]


def answer(phrase: Phrase, status: int, language: str) -> JSONResponse:
    problem = Problem(code=phrase.code, message=sentence(phrase, language), params=phrase.params)
    return JSONResponse(ProblemAnswer(error=problem).model_dump(), status)


def install(app: FastAPI) -> None:
    """Give every error the shape of `protocol.problem`."""
    for kind in (Refusal, RequestValidationError, HTTPException, Busy, StoreError):
        app.add_exception_handler(kind, _handle)


async def _handle(request: Request, error: Exception) -> JSONResponse:
    phrase, status = phrase_of(error, request.url.path)
    return answer(phrase, status, preferred(request.headers.get("accept-language")))


def phrase_of(error: Exception, path: str) -> tuple[Phrase, int]:
    """The sentence and the HTTP status of an error."""
    match error:
        case Refusal():
            return error.phrase, error.status
        case RequestValidationError():
            first = error.errors()[0]
            return Phrase("body_invalid", {"field": ".".join(str(part) for part in first["loc"])[:100]}), 422
        case HTTPException() if error.status_code in (404, 405):
            return Phrase("not_found", {"path": path[:100]}), error.status_code
        case HTTPException() if str(error.detail).isidentifier():
            return Phrase(str(error.detail)), error.status_code
        case HTTPException():
            return Phrase("body_invalid", {"field": "body"}), error.status_code
        case Busy():
            return Phrase("busy"), 503
        case IntentConflict():
            return Phrase("intent_conflict"), 409
        case _:
            return Phrase("storage_broken"), 500
