"""HQ's HTTP as its OpenAPI document says it: no crash, answers in their shape, nobody in without a signature."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

from hq.api import create_app
from hq.exchange import answer
from hq.route import Admits, Request
from hq.routes import ROUTES
from protocol.batch import MEDIA_TYPE
from tests.fuzz.hq_door import STEP_MS
from tests.fuzz.mutate import tries
from tests.fuzz.openapi import hammer, operations
from tests.hq.clients import signed
from tests.hq.devices import Device, join
from tests.hq.served import ServedHq, serve_hq
from tests.hq.tiny_chain import NOW_MS, write_tiny_chain
from tests.protocol.examples import examples

BENT = list(tries(examples()["batch.bin"], 300, "openapi"))
schemathesis.openapi.media_type(MEDIA_TYPE, st.one_of(st.sampled_from(BENT), st.binary(max_size=400)))


class Clock:
    """HQ's time: it moves on with each request, so that nobody asks too often."""

    now_ms = NOW_MS

    def __call__(self) -> int:
        return self.now_ms


@dataclass
class Signing:
    """Signs each request as it is sent, whatever is in it."""

    served: ServedHq
    device: Device
    clock: Clock
    chance: Random

    def __call__(self, prepared: Any) -> Any:
        self.clock.now_ms += STEP_MS
        body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
        hq, nonce = self.served.headquarters, self.chance.randbytes(16).hex()
        prepared.headers.update(signed(hq, self.device, prepared.method, prepared.path_url, body, nonce=nonce))
        return prepared


@pytest.fixture(scope="module")
def signing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signing]:
    folder, clock = tmp_path_factory.mktemp("hq"), Clock()
    with serve_hq(folder, write_tiny_chain(folder / "chain"), clock) as served:
        yield Signing(served, join(served.headquarters, "s01", "1"), clock, Random(3))


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_whatever_is_asked_is_answered_in_shape(signing: Signing, mode: GenerationMode) -> None:
    served = signing.served
    known = operations(schemathesis.openapi.from_dict(create_app(served.headquarters).openapi()))
    assert len(known) == len(ROUTES)
    ca, seen = str(served.state_dir / "ca.pem"), set[int]()

    def call(case: Any) -> Any:
        return case.call(base_url=served.url, verify=ca, auth=signing)

    for operation in known.values():
        seen |= set(hammer(operation, call, mode))
    assert 422 in seen
    assert 200 in seen or mode is GenerationMode.NEGATIVE


def test_nobody_gets_in_without_a_signature(signing: Signing) -> None:
    for route in ROUTES:
        path = route.path.replace("{", "").replace("}", "")
        unsigned = answer(signing.served.headquarters, Request(route.method, path, {}, b"{}"))
        assert (unsigned.status == 401) == (route.admits is not Admits.ANYBODY), path
