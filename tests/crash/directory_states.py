"""Crash states of a terminal's directory: pages of the feed are applied on a recorded disk, then every state is opened.

`python -m tests.crash.directory_states STATES SEED` is the long run.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import click

from protocol.feed import Bucket, RowKind
from terminal.bench.crash.judge import Judge
from terminal.bench.crash.record import Record
from terminal.bench.crash.states import Found
from terminal.errors import StoreError
from terminal.store.directory_writer import DirectoryWriter
from tests.crash.days import judge_days
from tests.crash.own_sqlite import Beneath
from tests.terminal.store.feed_material import Feed, member, product

NAME = "directory.db"
PAGES, EACH_DAY = 25, 1_000
Weaken = Callable[[DirectoryWriter], None]


def run(wanted: int, seed: int, weaken: Weaken = lambda _writer: None) -> Found:
    """Judge `wanted` states of the directory: it may be behind, and is never between two pages."""

    def play(place: Path, day: int) -> Record:
        return recorded(place, day, weaken)

    return judge_days(wanted, seed, EACH_DAY, play, lambda place: Judge(place, look, may_lose=True))


def recorded(folder: Path, seed: int, weaken: Weaken) -> Record:
    record = Record()
    with Beneath(record, seed) as disk:
        play(folder, seed, disk.record.acknowledged, weaken)
    return record


def play(
    folder: Path, seed: int, answered: Callable[[int], None], weaken: Weaken = lambda _writer: None, pages: int = PAGES
) -> None:
    """Two buckets that change; each act is a page, a new beginning of a bucket, or a restart of the agent."""
    folder.mkdir()
    chance = Random(seed)
    feeds = [Feed(bucket=Bucket.MEMBERS_0), Feed(bucket=Bucket.CATALOGUE)]
    writer = DirectoryWriter(folder / NAME)
    try:
        weaken(writer)
        answered(0)
        for act in range(1, pages + 1):
            feed = chance.choice(feeds)
            _change(feed, chance)
            if chance.randrange(8) == 0:
                writer.close()
                writer = DirectoryWriter(folder / NAME)
                weaken(writer)
            elif chance.randrange(10) == 0:
                writer.restart(feed.bucket)
            else:
                state = writer.bucket(feed.bucket)
                writer.apply(feed.page(state.cursor if state else 0, chance.choice((3, 500)), applied_seq=act))
            answered(act)
    finally:
        writer.close()


def _change(feed: Feed, chance: Random) -> None:
    for _ in range(chance.randint(1, 9)):
        number = chance.randrange(40)
        if feed.bucket is Bucket.CATALOGUE:
            gtin = f"69012345678{number:02}"
            feed.put(RowKind.PRODUCT, gtin, product(gtin, chance.randint(1, 9999)))
        elif chance.randrange(4) == 0 and (RowKind.MEMBER, f"m{number}") in feed.live():
            feed.drop(RowKind.MEMBER, f"m{number}")
        else:
            feed.put(RowKind.MEMBER, f"m{number}", member(f"m{number}", chance.randint(0, 500)))


def look(folder: Path) -> str | list[str]:
    """A digest of rows and cursors after the agent has opened the directory, or what is wrong with it."""
    try:
        DirectoryWriter(folder / NAME).close()
    except StoreError as error:
        return [str(error)]
    connection = sqlite3.connect(folder / NAME)
    try:
        said = connection.execute("PRAGMA integrity_check").fetchall()
        rows = [sorted(map(repr, connection.execute(f"SELECT * FROM {table}"))) for table in ("entry", "bucket")]
    finally:
        connection.close()
    return hashlib.sha256(repr(rows).encode()).hexdigest() if said == [("ok",)] else [str(said)]


if __name__ == "__main__":
    click.echo(json.dumps(run(int(sys.argv[1]), int(sys.argv[2])).as_json(), indent=2))
