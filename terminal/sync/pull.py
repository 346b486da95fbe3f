"""The feed down: each bucket from its cursor to HQ's head, page by page (sync.md, Feed); and new grants.

Configuration comes for itself, first of all. The rest begins with HQ's heads: one question says which buckets have
news. A directory that has no members yet, or that is from another time of HQ, takes a snapshot; a bucket that is many
pages behind brings the members of this store first; one that does not add up is repaired.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from protocol.canonical import CanonicalError
from protocol.feed import MEMBER_BUCKETS, PAGE_ROWS, Bucket, FeedHeads, FeedPage, FeedRow
from terminal.store.directory_writer import Applied, DirectoryWriter, Place
from terminal.sync.bootstrap import Bootstrap
from terminal.sync.bundle import refused_rows
from terminal.sync.failures import Nonsense, Refused
from terminal.sync.hq_client import HqClient
from terminal.sync.repair import Found, Repairer
from terminal.sync.report import hand_back
from terminal.sync.till_port import Till

log = logging.getLogger(__name__)
GONE = 410
PAGES_MAX = 10_000  # of one pull: an HQ that never comes to an end is not ours
AUDIT_EVERY = 15  # rounds without news between two looks at what the disk has kept of a bucket
GoingOn = Callable[[], bool]


class Puller:
    """Brings the directory to where HQ is, and tells the till of news. Without `bootstrap` every row comes in pages."""

    def __init__(
        self,
        client: HqClient,
        writer: DirectoryWriter,
        link: Till,
        trust_key: str,
        bootstrap: Bootstrap | None = None,
    ) -> None:
        self._client, self._writer, self._link, self._trust_key = client, writer, link, trust_key
        self._bootstrap, self._repairer = bootstrap, Repairer(client, writer, trust_key)
        self._quiet_rounds = 0

    def pull(self, bucket: Bucket, going_on: GoingOn) -> None:
        """All pages of a bucket; what does not add up then is repaired. Raises StorageFull or StoreError, and what
        HqClient and Till raise."""
        restarted = repaired = False
        for _ in range(PAGES_MAX):
            if not going_on():
                return
            try:
                applied = self._page(bucket)
            except Refused as refused:
                if refused.status != GONE or restarted:
                    raise
                restarted = True
                log.warning("%s: HQ has begun a new time, the bucket starts again from zero", bucket.value)
                if bucket is Bucket.CONFIG:
                    hand_back(self._client, self._writer)
                self._writer.restart(bucket)
                continue
            if applied.caught_up and (not applied.mismatch or self._given_up(bucket)):
                return
            if applied.mismatch:
                self._mend(bucket, repaired, going_on)
                repaired = True
        raise Nonsense(f"HQ's feed of {bucket.value} does not end")

    def rest(self, going_on: GoingOn) -> None:
        """Everything but the configuration, as far as HQ has news. Raises as `pull`."""
        heads = self._client.heads()
        if self._is_for_snapshot(heads) and self._take_snapshot(heads.generation, going_on):
            heads = self._client.heads()
        confirmed = self._writer.confirm(heads)
        behind = tuple(bucket for bucket in confirmed.behind if bucket is not Bucket.CONFIG)
        for late in behind:
            self._pull_hot(late, heads, going_on)
        for bucket in behind + confirmed.wrong:
            self.pull(bucket, going_on)
        if not behind:
            self._audit(going_on)
        if MEMBER_BUCKETS[-1] not in behind:
            self._link.changed(MEMBER_BUCKETS[-1])  # the last of all: everything is as of now

    def _page(self, bucket: Bucket) -> Applied:
        state = self._writer.bucket(bucket)
        after, generation = (state.cursor, state.generation) if state else (0, 0)
        page = self._asked(bucket, after, generation, whole=state is None or state.whole)
        with _readable(bucket):
            applied = self._writer.apply(page, self._refused(page.rows))
        if applied.mismatch:
            log.error("%s: the rows do not add up at %d of %d", bucket.value, page.cursor, page.head)
        if applied.changed or applied.caught_up:
            self._link.changed(bucket)
        return applied

    def _pull_hot(self, bucket: Bucket, heads: FeedHeads, going_on: GoingOn) -> None:
        """If many pages are to come, the members that this store knows come before their turn; where most are this
        store's, their turn comes as soon, and they come once."""
        state = self._writer.bucket(bucket)
        after, generation = (state.cursor, state.generation) if state else (0, heads.generation)
        head = next(head.head for head in heads.heads if head.bucket is bucket)
        if bucket not in MEMBER_BUCKETS or (after and generation != heads.generation) or head - after <= PAGE_ROWS:
            return
        for _ in range(PAGES_MAX):
            if not going_on():
                return
            page = self._asked(bucket, after, heads.generation, whole=state is None or state.whole, hot=True)
            if page.generation != heads.generation or not after <= page.cursor <= page.head:
                raise Nonsense(f"HQ's own members of {bucket.value} do not follow {after}")
            with _readable(bucket):
                news = self._writer.apply_early(page, self._refused(page.rows))
            if news:
                self._link.changed(bucket)
            if page.cursor == page.head or 2 * len(page.rows) > page.cursor - after:
                return
            after = page.cursor

    def _asked(self, bucket: Bucket, after: int, generation: int, *, whole: bool, hot: bool = False) -> FeedPage:
        page = self._client.feed(bucket, after, generation, whole=whole, hot=hot)
        if page.bucket is not bucket:
            raise Nonsense(f"HQ was asked for {bucket.value} and answers with {page.bucket.value}")
        return page

    def _refused(self, rows: Iterable[FeedRow]) -> frozenset[Place]:
        return refused_rows(rows, self._writer, self._trust_key)

    def _given_up(self, bucket: Bucket) -> bool:
        """It was fetched whole and is still wrong: HQ is told, and does not get it as load again and again."""
        state = self._writer.bucket(bucket)
        return state is not None and state.restarted

    def _mend(self, bucket: Bucket, repaired: bool, going_on: GoingOn) -> None:
        """A bucket that does not add up: what differs is repaired; if that has not helped, the snapshot or the whole
        bucket comes again. The next page tells whether it helped."""
        found = Found.NOTHING if repaired else self._repairer.repair(bucket)
        if found is Found.REPAIRED:
            self._link.changed(bucket)
            return
        state = self._writer.bucket(bucket)
        if found is Found.TOO_MUCH and state and self._take_snapshot(state.generation, going_on):
            return
        log.error("%s: the repair did not help, the bucket is fetched whole, once", bucket.value)
        self._writer.restart(bucket, because_wrong=True)

    def _is_for_snapshot(self, heads: FeedHeads) -> bool:
        """Whether pages are not the way: no members yet, rows of another time of HQ, or tombstones that were missed."""
        for head in heads.heads:
            state = self._writer.bucket(head.bucket)
            if head.bucket is Bucket.CONFIG:
                continue
            if state is None or state.as_of_ms is None:
                return True
            missed = not state.whole and state.cursor < head.floor
            if state.cursor and (state.generation != heads.generation or missed):
                return True
        return False

    def _take_snapshot(self, generation: int, going_on: GoingOn) -> bool:
        taken = self._bootstrap is not None and self._bootstrap.run(generation, going_on)
        if taken:
            for bucket in Bucket:
                self._link.changed(bucket)
        return taken

    def _audit(self, going_on: GoingOn) -> None:
        """Now and then, when there is no news, see whether the disk has kept a bucket as it came."""
        self._quiet_rounds += 1
        if self._quiet_rounds % AUDIT_EVERY:
            return
        bucket = list(Bucket)[self._quiet_rounds // AUDIT_EVERY % len(Bucket)]
        if self._writer.bucket(bucket) is not None and not self._writer.recount(bucket):
            log.error("%s: the disk has not kept the rows as they came", bucket.value)
            self.pull(bucket, going_on)


@contextmanager
def _readable(bucket: Bucket) -> Iterator[None]:
    try:
        yield
    except CanonicalError as error:
        raise Nonsense(f"a row of {bucket.value} holds what no row may hold") from error


def pull_grants(client: HqClient, link: Till, applied: int) -> int:
    """Hand over all grants above number `applied`; returns how many were new."""
    news = 0
    while True:
        page = client.grants(applied)
        news += link.apply_grants(page)
        newest = page.grants[-1].number if page.grants else applied
        if newest >= page.head or newest <= applied:
            return news
        applied = newest
