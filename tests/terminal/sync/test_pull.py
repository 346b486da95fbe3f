"""The feed down from an HQ that answers as the test says: new generations, bad pages, a full disk, grants in pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from protocol.feed import Bucket, RowKind
from terminal.errors import StorageFull, StoreError
from terminal.store.directory_writer import DirectoryWriter
from terminal.sync.failures import Nonsense, Refused
from terminal.sync.hq_client import HqClient
from terminal.sync.link import UP, Link
from terminal.sync.pull import Puller, pull_grants
from tests.terminal.store.feed_material import Feed, member
from tests.terminal.store.material import DEVICE, grants
from tests.terminal.sync.feed_hq import FeedHq, gone
from tests.terminal.sync.https import Asked, Say, https_client, serve
from tests.terminal.sync.till import Till, open_till
from tests.terminal.sync.waiting import Heard

MEMBER = RowKind.MEMBER


@dataclass
class Bed:
    hq: FeedHq
    puller: Puller
    writer: DirectoryWriter
    till: Till
    client: HqClient
    link: Link

    def pull(self) -> None:
        self.puller.pull(Bucket.MEMBERS_0, lambda: True)

    def members(self) -> set[str]:
        return {key for (key,) in self.writer._db.execute("SELECT key FROM entry WHERE body IS NOT NULL")}


@pytest.fixture
def bed(tmp_path: Path) -> Iterator[Bed]:
    hq, heard = FeedHq(), Heard()
    for name in "abcde":
        hq.feed.put(MEMBER, name, member(name))
    with (
        serve(tmp_path / "hq", hq) as served,
        open_till(tmp_path, DEVICE) as till,
        DirectoryWriter(tmp_path / "directory.db") as writer,
    ):
        link = Link(tmp_path / "sync.sock", heard.put)
        link.start()
        assert heard.next() == UP
        client = https_client(served.identity(), served.ca_file, lambda: None)
        yield Bed(hq, Puller(client, writer, link, "11" * 32), writer, till, client, link)
        client.rest()
        link.close()


def test_from_zero_to_the_head_in_pages(bed: Bed) -> None:
    bed.pull()
    assert bed.hq.asked == [0, 2, 4]
    assert bed.members() == set("abcde")
    bed.pull()
    assert bed.hq.asked == [0, 2, 4, 5]
    assert bed.till.heard == [("directory", "members-0")] * 4


def test_a_pull_goes_on_where_it_was_stopped(bed: Bed) -> None:
    turns = iter([True, False])
    bed.puller.pull(Bucket.MEMBERS_0, lambda: next(turns))
    assert bed.members() == set("ab")
    bed.pull()
    assert bed.hq.asked == [0, 2, 4]


def test_a_new_generation_starts_the_bucket_again(bed: Bed) -> None:
    bed.pull()
    bed.hq.feed = Feed(generation=2)
    for name in "bx":
        bed.hq.feed.put(MEMBER, name, member(name))
    bed.pull()
    assert bed.hq.asked == [0, 2, 4, 5, 0]
    assert bed.members() == set("bx")
    state = bed.writer.bucket(Bucket.MEMBERS_0)
    assert state is not None
    assert state.generation == 2


def test_an_hq_that_always_says_gone_is_left(bed: Bed) -> None:
    bed.hq.say = gone()
    with pytest.raises(Refused):
        bed.pull()
    assert bed.hq.asked == [0, 0]


def test_a_sum_that_is_wrong_heals_without_a_row(bed: Bed) -> None:
    bed.pull()
    bed.writer._db.execute("UPDATE bucket SET sum = ?", ("0" * 32,))
    bed.hq.feed.put(MEMBER, "f", member("f"))
    bed.pull()
    assert bed.hq.asked[3:] == [5, 6]
    assert bed.hq.rows_asked == []
    state = bed.writer.bucket(Bucket.MEMBERS_0)
    assert state is not None
    assert not state.mismatch


def test_a_row_that_cannot_be_read_stays_out_and_the_rest_comes(bed: Bed) -> None:
    bed.hq.feed.put(MEMBER, "c", {**member("c"), "tier": 5})
    bed.pull()
    assert bed.members() == set("abde")
    assert bed.writer.refused() == 1
    bed.hq.feed.put(MEMBER, "c", member("c"))
    bed.pull()
    assert bed.members() == set("abcde")
    assert bed.writer.refused() == 0


def test_a_full_disk_is_said_and_later_it_goes_on(bed: Bed) -> None:
    bed.writer._db.execute("PRAGMA max_page_count = 12")
    bed.hq.size = 500
    for number in range(300):
        bed.hq.feed.put(MEMBER, f"m{number}", member(f"m{number}", 5))
    with pytest.raises(StorageFull):
        bed.pull()
    assert bed.members() == set()
    bed.writer._db.execute("PRAGMA max_page_count = 100000")
    bed.pull()
    assert len(bed.members()) == 305


def test_pages_that_are_not_hqs(bed: Bed) -> None:
    other = Feed(Bucket.CONFIG).page(0)
    backwards = bed.hq.feed.page(0).model_copy(update={"cursor": 99})
    text = bed.hq.feed.page(0).model_dump_json()
    wrong = [
        (Say(other.model_dump_json().encode()), Nonsense),
        (Say(backwards.model_dump_json().encode()), StoreError),
        (Say(text.replace('"pending":0', '"pending":1.5').encode()), Nonsense),
        (Say(text[:-9].encode()), Nonsense),
    ]
    for say, error in wrong:
        bed.hq.say = say
        with pytest.raises(error):
            bed.pull()
    assert bed.members() == set()


def test_grants_come_in_pages_and_are_applied_once(bed: Bed, tmp_path: Path) -> None:
    whole = grants(5, 6, 7, 8, 9).grants

    def say(asked: Asked) -> Say:
        after = int(asked.path.rpartition("=")[2])
        page = grants(1).model_copy(update={"grants": whole[after : after + 2], "head": len(whole)})
        return Say(page.model_dump_json().encode())

    with serve(tmp_path / "grants", say) as served:
        client = https_client(served.identity(), served.ca_file, lambda: None)
        assert pull_grants(client, bed.link, 0) == 5
        assert pull_grants(client, bed.link, 5) == 0
        client.rest()
        assert [asked.path for asked in served.asked] == [f"/v1/grants?after={n}" for n in (0, 2, 4, 5)]
    assert bed.till.do(lambda ledger: [lot.points for lot in ledger.lease("m-ada")]) == [35]
