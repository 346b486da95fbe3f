"""While a terminal is served, what can wait stands back; it holds nothing, and goes on in the end."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from dataclasses import replace
from typing import Any

from hq.api import create_app
from hq.demand import Demand
from hq.headquarters import Headquarters
from hq.replayer import replay_pending
from tests.hq.devices import Device, acknowledged
from tests.hq.real_sales import ring_up
from tests.protocol.examples import NONCE


def test_nobody_is_served_when_the_last_has_left() -> None:
    demand = Demand(lull_s=0)
    seen = [demand.stand_back(0)]
    with demand.serving():
        with demand.serving():
            seen.append(demand.stand_back(0))
        seen.append(demand.stand_back(0))
    assert [*seen, demand.stand_back(0)] == [True, False, False, True]


def test_whoever_was_served_a_moment_ago_still_counts() -> None:
    hour, long_ago = Demand(lull_s=3600), Demand(lull_s=0)
    before = hour.stand_back(0)
    for demand in (hour, long_ago):
        with demand.serving():
            pass
    assert (before, hour.stand_back(0.001), long_ago.stand_back(0)) == (True, False, True)


def test_replay_asks_before_each_operation_and_holds_nothing_meanwhile(hq: Headquarters, device: Device) -> None:
    for _ in range(3):
        ring_up(device)
    acknowledged(hq, device.batch())
    asked = []

    def stand_back() -> None:
        with hq.database.transaction():  # somebody else's turn: on SQLite there is one connection
            asked.append(True)

    assert replay_pending(hq.database, hq.programmes, limit=2, stand_back=stand_back) == 2
    assert len(asked) == 2
    with hq.demand.serving():  # the last one is priced all the same
        assert replay_pending(hq.database, hq.programmes, stand_back=lambda: hq.demand.stand_back(0)) == 1
    assert replay_pending(hq.database, hq.programmes) == 0


def test_whoever_asks_at_the_door_is_served(hq: Headquarters) -> None:
    idle: list[bool] = []

    def clock() -> int:
        idle.append(hq.demand.stand_back(0))
        return hq.clock()

    hq = replace(hq, demand=Demand(lull_s=0))
    answer = asyncio.run(_get(replace(hq, clock=clock), "/v1/time", f"nonce={NONCE}"))
    assert (answer["status"], idle, hq.demand.stand_back(0)) == (200, [False], True)


async def _get(hq: Headquarters, path: str, query: str) -> MutableMapping[str, Any]:
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": query.encode()}
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await create_app(hq)({**scope, "headers": []}, receive, send)
    return sent[0]
