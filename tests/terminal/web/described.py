"""Whether an answer is what the terminal's API document says of it."""

from __future__ import annotations

from typing import Any

import jsonschema

from tests.terminal.web.served import Served


def faults(served: Served, method: str, path: str, status: int, answer: object) -> list[str]:
    """What the document does not allow in this answer of `path` as the document writes it."""
    _, document = served.request("GET", "/openapi.json")
    responses = document["paths"][path][method.lower()]["responses"]
    if str(status) not in responses:
        return [f"{status} is not described"]
    schema = responses[str(status)]["content"]["application/json"]["schema"]
    validator = jsonschema.Draft202012Validator({**schema, "components": document["components"]})
    return [error.message[:200] for error in validator.iter_errors(answer)]


def post(served: Served, path: str, body: dict[str, Any]) -> tuple[int, Any]:
    """As a POS; the answer must be as described."""
    status, answer = served.pos("POST", f"/api/v1{path}", body)
    assert faults(served, "POST", f"/api/v1{path}", status, answer) == []
    return status, answer
