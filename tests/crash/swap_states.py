"""Crash states of the swap of a whole directory: pages, a snapshot, pages, a newer snapshot, on a recorded disk.

`python -m tests.crash.swap_states STATES SEED` is the long run. Chunks lie in a folder of their own, are checked when
they are read, and may be anything after a cut: that is tried apart (test_swap).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import click

from protocol.feed import FeedPage, RowKind, member_bucket
from terminal.bench.crash.judge import Judge
from terminal.bench.crash.record import Event, Record
from terminal.bench.crash.states import Found
from terminal.errors import StoreError
from terminal.store.directory_writer import DirectoryWriter
from tests.crash.days import judge_days
from tests.crash.own_sqlite import Beneath
from tests.crash.plain_files import LINK, PlainFiles
from tests.terminal.store.feed_material import Feed, member
from tests.terminal.sync.feed_bed import feed_bed
from tests.terminal.sync.feed_hq import FeedHq
from tests.terminal.sync.snapshot_material import Snapshot, SnapshotHq, snapshot_of

NAME, PLENTY, EACH_DAY, ACTS = "directory.db", 10**12, 500, 6
Weaken = Callable[[list[Event]], list[Event]]


def run(wanted: int, seed: int, weaken: Weaken = lambda events: events) -> Found:
    """Judge `wanted` states: after a cut the directory is as before or as after what was under way, whole."""

    def play(place: Path, day: int) -> Record:
        record = recorded(place, day)
        record.events = weaken(record.events)
        return record

    return judge_days(wanted, seed, EACH_DAY, play, lambda place: Judge(place, look))


def recorded(folder: Path, seed: int) -> Record:
    folder.mkdir()
    news, record = made(folder, seed), Record()
    with Beneath(record, seed), PlainFiles(folder / "till", record):
        play(folder / "till", news, record.acknowledged)
    return record


def made(folder: Path, seed: int, acts: int = ACTS) -> list[FeedPage | Snapshot]:
    """What HQ has for the terminal, one after the other: every third is a snapshot."""
    chance, feed = Random(seed), Feed(member_bucket("a"))
    news: list[FeedPage | Snapshot] = []
    for act in range(1, acts + 1):
        before = feed.head
        for _ in range(chance.randint(1, 6)):
            name = chance.choice(("a", *(f"m{number}" for number in range(30))))
            feed.put(RowKind.MEMBER, name, member(name, chance.randint(0, 500)))
        news.append(feed.page(before, 500, applied_seq=act) if act % 3 else snapshot_of(folder, feed, version=act))
    return news


def play(folder: Path, news: Sequence[FeedPage | Snapshot], answered: Callable[[int], None]) -> None:
    """Take it all; each piece is an act, after that of opening."""
    hq = SnapshotHq(FeedHq())
    with feed_bed(folder, hq, PLENTY) as bed:
        answered(0)
        for act, piece in enumerate(news, 1):
            if isinstance(piece, FeedPage):
                bed.writer.apply(piece)
            else:
                hq.snapshot = piece
                assert bed.puller._bootstrap is not None
                assert bed.puller._bootstrap.run(1, lambda: True), "the snapshot was taken"
            answered(act)


def look(folder: Path) -> str | list[str]:
    """A digest of rows and cursors after the agent has opened the directory, or what is wrong with it."""
    lay_out(folder)
    try:
        DirectoryWriter(folder / NAME).close()
    except StoreError as error:
        return [str(error)]
    connection = sqlite3.connect(folder / NAME)
    try:
        said = connection.execute("PRAGMA integrity_check").fetchall()
        rows = [sorted(map(repr, connection.execute(f"SELECT * FROM {name}"))) for name in ("entry", "bucket", "fact")]
    finally:
        connection.close()
    return hashlib.sha256(repr(rows).encode()).hexdigest() if said == [("ok",)] else [str(said)]


def lay_out(folder: Path) -> None:
    """Links become links."""
    for path in list(folder.iterdir()):
        content = path.read_bytes() if path.is_file() else b""
        if content.startswith(LINK):
            path.unlink()
            path.symlink_to(content.removeprefix(LINK).decode())


if __name__ == "__main__":
    click.echo(json.dumps(run(int(sys.argv[1]), int(sys.argv[2])).as_json(), indent=2))
