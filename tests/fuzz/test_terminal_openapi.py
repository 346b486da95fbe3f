"""The terminal's HTTP as its OpenAPI document says it: no crash, answers in their shape, nobody in without a key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import urllib3
from schemathesis.generation import GenerationMode

from terminal.web.auth import COOKIE
from tests.fuzz.openapi import document, hammer, operations
from tests.terminal.web.served import TOKEN, Served, served_shop

SCREEN = {"cookie": f"{COOKIE}=screen-secret"}
POS = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_shop(tmp_path_factory.mktemp("shop")) as shop:
        shop.lender.generous = False
        yield shop


@pytest.fixture(scope="module")
def known(served: Served) -> dict[str, Any]:
    return operations(document(f"{served.url}/openapi.json"))


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_whatever_is_asked_is_answered_in_shape(served: Served, known: dict[str, Any], mode: GenerationMode) -> None:
    assert len(known) > 15
    seen: set[int] = set()
    for operation in known.values():
        who = POS if "pos" in operation.definition.raw.get("tags", []) else SCREEN
        seen |= set(hammer(operation, lambda case, who=who: case.call(base_url=served.url, headers=who), mode))
    assert 422 in seen
    assert 200 in seen or mode is GenerationMode.NEGATIVE


def test_nobody_gets_in_without_a_key(served: Served, known: dict[str, Any]) -> None:
    open_to_all = {"GET /health"}
    for name, operation in known.items():
        for headers in ({}, {"authorization": "Bearer wrong"}, {"cookie": f"{COOKIE}=wrong"}):
            body = b"{}" if operation.method != "get" else None
            answer = urllib3.request(operation.method.upper(), served.url + operation.path, body=body, headers=headers)
            assert (answer.status == 401) == (name not in open_to_all), (name, headers, answer.status)
