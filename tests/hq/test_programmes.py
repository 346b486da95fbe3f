"""A programme that another process publishes while HQ serves is used without a restart."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from hq import background, control
from hq.headquarters import Headquarters
from hq.programmes import learn
from hq.replayer import replay_pending
from tests.hq.conftest import Clock
from tests.hq.devices import Device, acknowledged
from tests.hq.tiny_chain import PROGRAMME


@pytest.fixture
def published(hq: Headquarters, clock: Clock) -> Headquarters:
    """`hq` was open before; the command of a person published version 4."""
    other = Headquarters.open(hq.state, clock)
    document = PROGRAMME | {"version": 4, "limits": {"copyable_daily_points": 77}}
    control.publish_programme(other, json.dumps(document))
    other.close()
    return hq


def test_rules_and_sizing_go_by_the_newest(published: Headquarters) -> None:
    assert list(published.programmes) == [3]  # the control: nothing has looked yet
    assert published.rules().copyable_daily == 2000
    background.work(published)
    assert published.rules().programme is published.programmes[4]
    assert published.rules().copyable_daily == 77


def test_the_replayer_knows_a_version_that_is_newer_than_its_process(published: Headquarters, device: Device) -> None:
    device.sell("m1", earn=10)
    acknowledged(published, device.batch())
    assert replay_pending(published.database, published.programmes) == 1
    assert sorted(published.programmes) == [3, 4]


def test_what_is_known_is_not_read_again(published: Headquarters) -> None:
    known = {3: replace(published.programmes[3], id="mine")}
    with published.database.reading() as connection:
        learn(connection, known)
        learn(connection, known)
    assert (known[3].id, known[4].version) == ("mine", 4)
