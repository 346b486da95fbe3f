"""What a sale by an older programme cost is booked as a figure of its store, and nobody owes it (D21)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hq.founding import set_programme
from hq.headquarters import Headquarters
from hq.replayer import replay_pending
from hq.stale_rules import costs
from loyalty import read_programme
from tests.hq.conftest import Clock
from tests.hq.devices import Device, acknowledged
from tests.hq.looking import judged
from tests.hq.real_sales import AT, ring_up
from tests.hq.tiny_chain import PROGRAMME

NEWER: dict[str, Any] = PROGRAMME | {"version": 4, "offers": []}  # gold members get nothing off any more


def published(hq: Headquarters, now_ms: int) -> Headquarters:
    with hq.database.transaction() as connection:
        set_programme(connection, NEWER, hq.keys, now_ms)
    return replace(hq, programmes={**hq.programmes, 4: read_programme(NEWER)})


def figures(hq: Headquarters) -> list[dict[str, int | str]]:
    while replay_pending(hq.database, hq.programmes):
        pass
    with hq.database.reading() as connection:
        return costs(connection)


def test_sales_after_the_newest_programme_was_published_cost_what_it_would_have_asked_more(
    hq: Headquarters, device: Device
) -> None:
    """54.70 at shelf price and 48.14 at 12 % off: 6.56 more would have been asked, and 10 points more given for it."""
    hq = published(hq, AT.utc_ms)
    for _ in range(2):
        ring_up(device)
    acknowledged(hq, device.batch())
    assert figures(hq) == [{"store": "s01", "version": 4, "sales": 2, "minor": 2 * 656, "points": 2 * (72 - 82)}]
    assert judged(hq, device, 1) == "applied"
    assert figures(hq)[0]["sales"] == 2  # each once


def test_sales_before_it_cost_nothing(hq: Headquarters, device: Device, clock: Clock) -> None:
    hq = published(hq, AT.utc_ms + 1)
    ring_up(device)
    acknowledged(hq, device.batch())
    assert figures(hq) == []


def test_a_sale_by_the_newest_programme_costs_nothing(hq: Headquarters, device: Device) -> None:
    ring_up(device)
    acknowledged(hq, device.batch())
    assert figures(hq) == []
