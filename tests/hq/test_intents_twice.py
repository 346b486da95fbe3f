"""The same intent from two devices at the same moment is flagged, whichever transaction ends second (D23)."""

from __future__ import annotations

import pytest

from hq.conflicts import conflicts
from hq.headquarters import Headquarters
from hq.ingest import ingest
from hq.reading import read_batch
from hq.replayer import replay_pending
from protocol.batch import Acknowledgement
from tests.hq.conftest import Clock
from tests.hq.devices import Device, acknowledged, join, outcomes
from tests.hq.looking import broken, judged
from tests.hq.places import only
from tests.hq.real_sales import ring_up

INTENT = "ab" * 16


@pytest.fixture
def other(hq: Headquarters) -> Device:
    return join(hq, "s02", "1")


def sold_twice(device: Device, other: Device) -> None:
    """By guests: where both name one member, the member's row lets one wait for the other."""
    for each in (device, other):
        ring_up(each, None, intent=INTENT)


def at_once(hq: Headquarters, first: Device, second: Device, clock: Clock) -> None:
    """Two workers: `second` begins before `first` has committed, and commits before it."""
    batch, late = first.batch(), second.batch()
    with hq.database.transaction() as one:
        begun = ingest(one, batch, read_batch(batch), hq.rules())
        clock.now_ms += 5
        with hq.database.transaction() as two:
            ended = ingest(two, late, read_batch(late), hq.rules())
        replayed = replay_pending(hq.database, hq.programmes)
    assert replayed == 1, "only what has committed"
    for answer in (begun, ended):
        assert isinstance(answer, Acknowledgement)
        assert outcomes(answer) == {}, "neither sees the other: the control"


@only("postgresql")
@pytest.mark.parametrize("turned", [False, True])
def test_the_one_that_commits_second_is_flagged(
    hq: Headquarters, device: Device, other: Device, clock: Clock, turned: bool
) -> None:
    sold_twice(device, other)
    first, second = (other, device) if turned else (device, other)
    at_once(hq, first, second, clock)
    assert judged(hq, second, 1) == "applied"
    replay_pending(hq.database, hq.programmes)
    assert (judged(hq, first, 1), judged(hq, second, 1)) == ("flagged intent_twice", "applied")
    with hq.database.reading() as connection:
        (found,) = conflicts(connection)
    assert f"it came from {second.name} 1 as well" in found["told"][0]["happened"]
    assert broken(hq) == []


@only("postgresql")
def test_of_two_that_wait_for_replay_the_later_is_flagged(
    hq: Headquarters, device: Device, other: Device, clock: Clock
) -> None:
    sold_twice(device, other)
    batch, late = device.batch(), other.batch()
    with hq.database.transaction() as one, hq.database.transaction() as two:
        ingest(one, batch, read_batch(batch), hq.rules())
        clock.now_ms += 5
        ingest(two, late, read_batch(late), hq.rules())
    assert replay_pending(hq.database, hq.programmes) == 2
    assert (judged(hq, device, 1), judged(hq, other, 1)) == ("applied", "flagged intent_twice")


@only("sqlite")
def test_what_ingest_has_flagged_is_not_flagged_again(hq: Headquarters, device: Device, other: Device) -> None:
    sold_twice(device, other)
    acknowledged(hq, device.batch())
    assert outcomes(acknowledged(hq, other.batch())) == {1: "flagged intent_twice"}
    replay_pending(hq.database, hq.programmes)
    assert (judged(hq, device, 1), judged(hq, other, 1)) == ("applied", "flagged intent_twice")
