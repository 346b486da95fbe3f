"""The control of the OpenAPI tests: an application that breaks its own document is found."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode

from tests.fuzz.openapi import hammer, operations

APP = FastAPI()


@APP.get("/number")
def number() -> dict[str, int]:
    return {"number": 1}


@contextmanager
def serving(status: int, body: bytes) -> Iterator[str]:
    """The address of a server that always answers this."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *_args: Any) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def known() -> Any:
    return operations(schemathesis.openapi.from_dict(APP.openapi()))["GET /number"]


@pytest.mark.parametrize(("status", "body"), [(500, b"{}"), (200, b'{"number":"one"}'), (418, b"{}")])
def test_an_answer_that_breaks_the_document_is_found(status: int, body: bytes) -> None:
    with serving(status, body) as url, pytest.raises(FailureGroup):
        hammer(known(), lambda case: case.call(base_url=url), GenerationMode.POSITIVE)


def test_an_answer_that_keeps_to_it_is_well() -> None:
    with serving(200, b'{"number":1}') as url:
        assert set(hammer(known(), lambda case: case.call(base_url=url), GenerationMode.POSITIVE)) == {200}
