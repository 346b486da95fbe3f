"""A member is erased: nothing of the profile stays, terminals are told, and each has to say that it has forgotten."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, update

from hq import erasure, feed, nightly, snapshot_files
from hq.headquarters import Headquarters
from hq.problems import HqError
from hq.schema import card, feed_row, member, terminal
from hq.sequencer import sequence
from protocol.feed import Bucket, member_bucket
from tests.hq.conftest import Clock
from tests.hq.devices import Device, acknowledged, join, outcomes
from tests.hq.looking import balance, broken

BUCKET = member_bucket("m1")


def beat(hq: Headquarters, device: Device, cursor: int, generation: int = 1, wrong: tuple[str, ...] = ()) -> None:
    """The device says how far it is."""
    said = {"directory": {"generation": generation, "cursors": {BUCKET.value: cursor}, "wrong": list(wrong)}}
    with hq.database.transaction() as connection:
        where = terminal.c.device == device.name
        connection.execute(update(terminal).where(where).values(heartbeat=json.dumps(said)))


def rows_with(hq: Headquarters, text: str) -> list[str]:
    with hq.database.reading() as connection:
        found = connection.execute(select(feed_row.c.key, feed_row.c.body).where(feed_row.c.body.is_not(None)))
        return [key for key, body in found if text in body]


def test_nothing_of_the_profile_stays(hq: Headquarters) -> None:
    assert rows_with(hq, "王小雨") == ["m1"]
    erasure.erase(hq, "m1")
    with hq.database.reading() as connection:
        row = connection.execute(select(member).where(member.c.id == "m1")).mappings().one()
        cards = connection.scalars(select(card.c.key).where(card.c.member == "m1")).all()
    assert (row["name"], row["phone"], row["birthday"], row["state"]) == ("", "", None, "erased")
    assert cards == []
    assert rows_with(hq, "王小雨") == rows_with(hq, '"m1"') == []


def test_the_feed_carries_tombstones_of_member_and_cards(hq: Headquarters) -> None:
    with hq.database.reading() as connection:
        before = feed.page(connection, BUCKET, 0, generation=1, applied_seq=0, as_of_ms=1)
    mine = {row.key for row in before.rows if row.body and row.body.get("member", row.body.get("id")) == "m1"}
    assert len(mine) == 2
    erasure.erase(hq, "m1")
    with hq.database.reading() as connection:
        page = feed.page(connection, BUCKET, before.head, generation=1, applied_seq=0, as_of_ms=1)
    assert {row.key for row in page.rows if row.body is None} == mine
    assert page.count == before.count - 2


def test_what_the_books_need_stays_and_late_sales_are_booked(hq: Headquarters, device: Device) -> None:
    before = balance(hq, "m1")
    erasure.erase(hq, "m1")
    assert balance(hq, "m1") == before
    device.sell("m1", earn=15)
    answer = acknowledged(hq, device.batch())
    assert outcomes(answer) == {1: "flagged member_blocked"}
    assert balance(hq, "m1") == (before[0] + 15, before[1])
    sequence(hq.database, hq.clock(), hq.today())
    assert rows_with(hq, '"m1"') == [], "and no sale brings the row back"
    assert broken(hq) == []


def test_each_active_terminal_has_to_pass_it(hq: Headquarters, device: Device) -> None:
    other = join(hq, "s02", "1", seed=8)
    erasure.erase(hq, "m1")
    (found,) = erasure.erasures(hq)
    assert (found.member, found.bucket, found.at_ms) == ("m1", BUCKET, hq.clock())
    assert found.waiting == tuple(sorted((device.name, other.name)))
    beat(hq, device, found.cseq)
    assert erasure.erasures(hq)[0].waiting == (other.name,)
    for cursor, generation, wrong in ((found.cseq - 1, 1, ()), (found.cseq, 2, ()), (found.cseq, 1, (BUCKET.value,))):
        beat(hq, other, cursor, generation, wrong)
        assert erasure.erasures(hq)[0].waiting == (other.name,), "before it, in another time of HQ, or wrong"
    beat(hq, other, found.cseq + 3)
    assert erasure.erasures(hq)[0].done


def test_a_terminal_that_is_not_active_is_not_waited_for(hq: Headquarters, device: Device) -> None:
    erasure.erase(hq, "m1")
    with hq.database.transaction() as connection:
        connection.execute(update(terminal).where(terminal.c.device == device.name).values(state="retired"))
    assert erasure.erasures(hq)[0].done


def test_a_crash_between_leaves_nothing_undone(hq: Headquarters) -> None:
    """The tombstones get their numbers later: until then no cursor is far enough."""
    with hq.database.transaction() as connection:
        erasure._wipe(connection, "m1", hq.clock())
    (found,) = erasure.erasures(hq)
    assert found.cseq > 0
    assert rows_with(hq, "王小雨") == []


def test_who_cannot_be_erased(hq: Headquarters) -> None:
    with pytest.raises(HqError, match="no member 'nobody'"):
        erasure.erase(hq, "nobody")
    erasure.erase(hq, "m1")
    with pytest.raises(HqError, match="erased before"):
        erasure.erase(hq, "m1")


def test_old_tombstones_go_and_older_cursors_are_told(hq: Headquarters, clock: Clock) -> None:
    """90 days (sync.md, Feed); `hq.sequencer.sweep` is a part of the night's work."""
    erasure.erase(hq, "m1")
    clock.forward(days=89)
    nightly.work(hq)
    assert tombstones(hq) == 2
    clock.forward(days=2)
    nightly.work(hq)
    assert tombstones(hq) == 0
    with hq.database.reading() as connection:
        head = feed.head_of(connection, BUCKET)
        assert snapshot_files.newest(connection, hq.generation) is not None
        page = feed.page(connection, BUCKET, 0, generation=1, applied_seq=0, as_of_ms=1)
    assert page.head == head
    assert Bucket.CONFIG.value not in {row.kind for row in page.rows}


def tombstones(hq: Headquarters) -> int:
    with hq.database.reading() as connection:
        return len(connection.execute(select(feed_row.c.key).where(feed_row.c.body.is_(None))).all())
