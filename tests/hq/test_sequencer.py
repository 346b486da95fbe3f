"""The sequencer: whatever the order of commits, no row is skipped, numbers are dense, and positions are never ahead."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack

from sqlalchemy import Connection, select, text, update

from hq import feed
from hq.changes import note, note_members
from hq.headquarters import Headquarters
from hq.schema import card, change, feed_row, member, terminal
from hq.sequencer import applied_seq, sequence, sweep
from protocol.feed import Bucket, RowKind, member_bucket, sum_hex, text_digest
from tests.hq.conftest import Clock
from tests.hq.devices import Device, acknowledged, join
from tests.hq.looking import broken
from tests.hq.places import only

BUCKETS = [member_bucket(one) for one in ("m1", "m2", "m3", "m4", "m5")]
JOIN_S = 60


def publish(hq: Headquarters) -> int:
    return sequence(hq.database, hq.clock(), hq.today())


def rename(connection: Connection, who: str, name: str) -> None:
    connection.execute(update(member).where(member.c.id == who).values(name=name))
    note_members(connection, [who])


class Follower:
    """A terminal that reads pages after its cursors, as one does."""

    def __init__(self, hq: Headquarters) -> None:
        self._hq, self._cursors = hq, dict.fromkeys(BUCKETS, 0)
        self.names: dict[str, str] = {}

    def follow(self) -> None:
        with self._hq.database.reading() as connection:
            for bucket in sorted(self._cursors):
                found = feed.page(
                    connection, bucket, self._cursors[bucket], generation=1, applied_seq=0, as_of_ms=self._hq.clock()
                )
                self._cursors[bucket] = found.cursor
                for row in found.rows:
                    if row.kind is RowKind.MEMBER and row.body is not None:
                        self.names[row.key] = row.body["name"]


def test_a_change_is_published_once_and_costs_nothing_after(hq: Headquarters) -> None:
    follower = Follower(hq)
    with hq.database.transaction() as connection:
        rename(connection, "m1", "New")
    follower.follow()
    assert follower.names["m1"] == "王小雨"
    assert (publish(hq), publish(hq)) == (1, 0)
    follower.follow()
    assert follower.names["m1"] == "New"


def test_a_change_that_is_rolled_back_is_never_told(hq: Headquarters) -> None:
    with hq.database.transaction() as connection, connection.begin_nested() as inner:
        rename(connection, "m1", "New")
        inner.rollback()
    assert publish(hq) == 0


def test_a_position_is_copied_with_the_rows_and_not_before(hq: Headquarters, device: Device) -> None:
    """Balance in the row = opening balance + one point for each applied operation, at any moment."""
    device.sell("m2", earn=1)
    acknowledged(hq, device.batch())
    assert (points(hq, "m2"), position(hq, device)) == (320, 0)
    assert acked(hq, device) == 1, "the control: a page that answered with this would say too much"
    publish(hq)
    assert (points(hq, "m2"), position(hq, device)) == (321, 1)


def test_an_operation_without_a_member_moves_the_position_too(hq: Headquarters, device: Device) -> None:
    device.sell(None)
    acknowledged(hq, device.batch())
    publish(hq)
    assert position(hq, device) == 1


def test_a_card_that_changes_hands_leaves_one_bucket_and_comes_in_the_other(hq: Headquarters) -> None:
    with hq.database.transaction() as connection:
        key = connection.scalar(select(card.c.key).where(card.c.member == "m1"))
        assert key is not None
        connection.execute(update(card).where(card.c.key == key).values(member="m2"))
        note(connection, [(member_bucket(who), RowKind.CARD, key) for who in ("m1", "m2")])
    publish(hq)
    with hq.database.reading() as connection:
        rows = connection.execute(select(feed_row.c.bucket, feed_row.c.body).where(feed_row.c.key == key)).all()
    told = dict(rows)
    assert told[member_bucket("m1").value] is None
    assert '"m2"' in str(told[member_bucket("m2").value])
    assert member_bucket("m1") is not member_bucket("m2")


def test_sums_by_prefix_are_those_of_the_rows(hq: Headquarters) -> None:
    with hq.database.transaction() as connection:
        rename(connection, "m1", "New")
    publish(hq)
    with hq.database.reading() as connection:
        for bucket in Bucket:
            columns = (feed_row.c.prefix, feed_row.c.kind, feed_row.c.key, feed_row.c.body)
            live = (feed_row.c.bucket == bucket.value) & feed_row.c.body.is_not(None)
            sums: dict[int, tuple[int, int]] = {}
            for prefix, kind, key, body in connection.execute(select(*columns).where(live)):
                count, total = sums.get(prefix, (0, 0))
                sums[prefix] = (count + 1, total + text_digest(kind, key, body.encode()))
            counted = {prefix: (count, sum_hex(total)) for prefix, (count, total) in sums.items()}
            assert feed.prefix_sums(connection, bucket) == counted
            whole = feed.page(connection, bucket, 0, generation=1, applied_seq=0, as_of_ms=1)
            assert whole.sum == sum_hex(sum(total for _, total in sums.values()))


def test_old_tombstones_go_and_the_floor_rises(hq: Headquarters, clock: Clock) -> None:
    with hq.database.transaction() as connection:
        connection.execute(text("DELETE FROM card WHERE member = 'm1'"))
        key = connection.scalar(select(feed_row.c.key).where(feed_row.c.kind == "card", feed_row.c.body.like("%m1%")))
        note(connection, [(member_bucket("m1"), RowKind.CARD, str(key))])
    publish(hq)
    assert sweep(hq.database, clock()) == 0
    clock.forward(days=91)
    assert sweep(hq.database, clock()) == 1
    with hq.database.reading() as connection:
        floor = connection.scalar(text(f"SELECT floor FROM feed_bucket WHERE bucket = '{member_bucket('m1').value}'"))
        assert floor == feed.head_of(connection, member_bucket("m1"))


# Two transactions that commit in another order than they wrote, on two real connections.


def out_of_order(hq: Headquarters, between: Callable[[], None]) -> None:
    """`m1` is changed first and committed last; `between` runs when only `m2` is committed."""
    with ExitStack() as slow:
        first = slow.enter_context(hq.database.transaction())
        rename(first, "m1", "First")
        with hq.database.transaction() as second:
            rename(second, "m2", "Second")
        between()


@only("postgresql")
def test_commits_out_of_order_skip_no_row(hq: Headquarters) -> None:
    follower = Follower(hq)

    def between() -> None:
        assert publish(hq) == 1
        follower.follow()
        assert (follower.names["m1"], follower.names["m2"]) == ("王小雨", "Second")

    out_of_order(hq, between)
    assert publish(hq) == 1
    follower.follow()
    assert (follower.names["m1"], follower.names["m2"]) == ("First", "Second")


@only("postgresql")
def test_a_cursor_over_numbers_of_the_database_skips_a_row(hq: Headquarters) -> None:
    """The control: numbers are drawn before the commit."""
    seen: list[str] = []
    cursor = [0]

    def follow() -> None:
        with hq.database.reading() as connection:
            rows = connection.execute(select(change.c.id, change.c.key).where(change.c.id > cursor[0]))
            for number, key in rows.all():
                seen.append(key)
                cursor[0] = max(cursor[0], number)

    out_of_order(hq, follow)
    follow()
    assert seen == ["m2"]


@only("postgresql")
def test_a_cursor_over_timestamps_skips_a_row(hq: Headquarters) -> None:
    """The control: so are times, those of the database's own clock included."""
    with hq.database.transaction() as connection:
        connection.execute(text("CREATE TABLE stamped (key text, at timestamptz DEFAULT clock_timestamp())"))
    seen: list[str] = []
    cursor = ["-infinity"]

    def write(connection: Connection, key: str) -> None:
        connection.execute(text("INSERT INTO stamped (key) VALUES (:key)"), {"key": key})

    def follow() -> None:
        with hq.database.reading() as connection:
            query = text("SELECT key, at::text FROM stamped WHERE at > CAST(:at AS timestamptz) ORDER BY at")
            for key, at in connection.execute(query, {"at": cursor[0]}).all():
                seen.append(key)
                cursor[0] = at

    with hq.database.transaction() as first:
        write(first, "m1")
        with hq.database.transaction() as second:
            write(second, "m2")
        follow()
    follow()
    assert seen == ["m2"]


@only("postgresql")
def test_two_sequencers_take_turns(hq: Headquarters) -> None:
    """The second starts its moment after the first has committed, so it publishes nothing twice."""
    with hq.database.transaction() as connection:
        rename(connection, "m1", "New")
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(publish(hq))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(JOIN_S)
    assert sorted(counts) == [0, 0, 0, 1]


@only("postgresql")
def test_rows_and_positions_agree_at_every_moment_of_a_busy_day(hq: Headquarters) -> None:
    """Four terminals upload at once while two sequencers work and one looks: each member buys at one terminal only."""
    devices = {f"m{n}": join(hq, "s01" if n < 3 else "s02", str(n)) for n in (1, 2, 4, 5)}
    begun = {who: points(hq, who) for who in devices}
    wrong: list[str] = []
    looks: list[int] = []
    done = threading.Event()

    def upload(who: str) -> None:
        for number in range(1, 31):
            devices[who].sell(who, earn=1)
            acknowledged(hq, devices[who].batch(number, number))

    def keep_publishing() -> None:
        while not done.is_set():
            publish(hq)

    def keep_looking() -> None:
        while not done.is_set():
            with hq.database.reading() as connection:
                for who, device in devices.items():
                    applied = applied_seq(connection, device.name, device.identity.epoch)
                    if points_in(connection, who) != begun[who] + applied:
                        wrong.append(f"{who}: {points_in(connection, who)} points and {applied} operations")
                    looks.append(applied)

    uploads = [threading.Thread(target=upload, args=(who,)) for who in devices]
    others = [threading.Thread(target=act) for act in (keep_publishing, keep_publishing, keep_looking)]
    for thread in uploads + others:
        thread.start()
    for thread in uploads:
        thread.join(JOIN_S)
    done.set()
    for thread in others:
        thread.join(JOIN_S)
    publish(hq)
    assert wrong == []
    assert max(looks) > 0
    assert {who: points(hq, who) for who in devices} == {who: begun[who] + 30 for who in devices}
    assert broken(hq) == []


def points(hq: Headquarters, who: str) -> int:
    """The member's points as the feed tells them."""
    with hq.database.reading() as connection:
        return points_in(connection, who)


def points_in(connection: Connection, who: str) -> int:
    found = feed.page(connection, member_bucket(who), 0, generation=1, applied_seq=0, as_of_ms=1)
    row = next(row for row in found.rows if (row.kind, row.key) == (RowKind.MEMBER, who))
    assert row.body is not None
    return sum(int(lot["points"]) for lot in row.body["lots"])


def position(hq: Headquarters, device: Device) -> int:
    with hq.database.reading() as connection:
        return applied_seq(connection, device.name, device.identity.epoch)


def acked(hq: Headquarters, device: Device) -> int:
    with hq.database.reading() as connection:
        return connection.scalar(select(terminal.c.acked_seq).where(terminal.c.device == device.name)) or 0
