"""Bodies of requests: read up to a limit, parsed as one message, refused in the one error shape."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import TypeVar

from fastapi import Request
from pydantic import ValidationError

from hq.problems import Code, Refusal
from protocol.batch import MAX_BATCH_BYTES
from protocol.operation import Message

BATCH_LIMIT = 2 * MAX_BATCH_BYTES  # as much as Batch.decode takes
MESSAGE_LIMIT = 8 * 1024
Kind = TypeVar("Kind", bound=Message)


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body. Raises Refusal BODY_TOO_LARGE as soon as it is announced, or found, to be over `limit`."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdigit() or int(announced) > limit:
        raise Refusal(Code.BODY_TOO_LARGE, limit=limit)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > limit:
            raise Refusal(Code.BODY_TOO_LARGE, limit=limit)
    return bytes(body)


async def batch_bytes(request: Request) -> bytes:
    return await read_body(request, BATCH_LIMIT)


def body_of(kind: type[Kind]) -> Callable[[Request], Awaitable[Kind]]:
    """A dependency that gives the request's body as a `kind`."""

    async def read(request: Request) -> Kind:
        try:
            return kind.model_validate(json.loads(await read_body(request, MESSAGE_LIMIT)))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or kind.__name__
            raise Refusal(Code.MESSAGE_INVALID, what=f"{where[:100]}: {first['msg'][:200]}") from None
        except (ValueError, RecursionError):
            raise Refusal(Code.MESSAGE_INVALID, what="it is not JSON") from None

    return read
