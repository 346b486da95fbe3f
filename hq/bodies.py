"""Bodies of requests: read up to a limit."""

from __future__ import annotations

from fastapi import Request

from hq.problems import Code, Refusal


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
