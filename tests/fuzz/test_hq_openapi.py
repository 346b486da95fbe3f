"""HQ's HTTP as its OpenAPI document says it: no crash, answers in their shape, nobody in without a signature."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from hypothesis import strategies as st
from schemathesis.core.transport import Response
from schemathesis.generation import GenerationMode

from hq.api import create_app
from hq.exchange import answer
from hq.route import Admits, Request
from hq.routes import ROUTES
from protocol.batch import MEDIA_TYPE
from tests.fuzz.hq_door import Door, open_door
from tests.fuzz.mutate import tries
from tests.fuzz.openapi import hammer, operations
from tests.protocol.examples import examples

BASE = "https://hq.example"
BENT = list(tries(examples()["batch.bin"], 300, "openapi"))
schemathesis.openapi.media_type(MEDIA_TYPE, st.one_of(st.sampled_from(BENT), st.binary(max_size=400)))


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with open_door(tmp_path_factory.mktemp("hq")) as door:
        yield door


def call(door: Door, case: Any) -> Response:
    """The case's request through HQ's door, and its answer as schemathesis reads one."""
    made = requests.Request(**case.as_transport_kwargs(base_url=BASE)).prepare()
    parts = urlsplit(str(made.url))
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    body = made.body.encode() if isinstance(made.body, str) else made.body or b""
    given = door.ask(str(made.method), target, body)
    headers = {name: [value] for name, value in given.headers.items()}
    return Response(given.status, headers, given.body, made, elapsed=0, verify=True)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_whatever_is_asked_is_answered_in_shape(door: Door, mode: GenerationMode) -> None:
    known = operations(schemathesis.openapi.from_dict(create_app(door.hq).openapi()))
    assert len(known) == len(ROUTES)
    seen: set[int] = set()
    for operation in known.values():
        seen |= set(hammer(operation, lambda case: call(door, case), mode))
    assert 422 in seen
    assert 200 in seen or mode is GenerationMode.NEGATIVE


def test_nobody_gets_in_without_a_signature(door: Door) -> None:
    for route in ROUTES:
        path = route.path.replace("{", "").replace("}", "")
        unsigned = answer(door.hq, Request(route.method, path, {}, b"{}"))
        assert (unsigned.status == 401) == (route.admits is not Admits.ANYBODY), path
