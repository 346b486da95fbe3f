"""The feed down: each bucket from its cursor to HQ's head, page by page (sync.md, Feed); and new grants."""

from __future__ import annotations

import logging
from collections.abc import Callable

from protocol.canonical import CanonicalError
from protocol.feed import Bucket
from terminal.store.directory_writer import DirectoryWriter
from terminal.sync.bundle import refused_rows
from terminal.sync.failures import Nonsense, Refused
from terminal.sync.hq_client import HqClient
from terminal.sync.till_port import Till

log = logging.getLogger(__name__)
GONE = 410
PAGES_MAX = 10_000  # of one pull: an HQ that never comes to an end is not ours


class Puller:
    """Brings the directory to where HQ is, and tells the till of news."""

    def __init__(self, client: HqClient, writer: DirectoryWriter, link: Till, trust_key: str) -> None:
        self._client, self._writer, self._link, self._trust_key = client, writer, link, trust_key

    def pull(self, bucket: Bucket, going_on: Callable[[], bool]) -> None:
        """All pages of a bucket. Raises StorageFull or StoreError, and what HqClient and Link raise."""
        restarted = False
        for _ in range(PAGES_MAX):
            if not going_on():
                return
            try:
                caught_up = self._page(bucket)
            except Refused as refused:
                if refused.status != GONE or restarted:
                    raise
                restarted, caught_up = True, False
                log.warning("%s: HQ has begun a new time, the bucket starts again from zero", bucket.value)
                self._writer.restart(bucket)
            if caught_up:
                return
        raise Nonsense(f"HQ's feed of {bucket.value} does not end")

    def _page(self, bucket: Bucket) -> bool:
        """Apply one page; returns whether the bucket is at HQ's head."""
        state = self._writer.bucket(bucket)
        after, generation = (state.cursor, state.generation) if state else (0, 0)
        page = self._client.feed(bucket, after, generation)
        if page.bucket is not bucket:
            raise Nonsense(f"HQ was asked for {bucket.value} and answers with {page.bucket.value}")
        try:
            applied = self._writer.apply(page, refused_rows(page, self._writer, self._trust_key))
        except CanonicalError as error:
            raise Nonsense(f"a row of {bucket.value} holds what no row may hold") from error
        if applied.mismatch:
            log.error("%s: the rows do not add up at %d of %d", bucket.value, page.cursor, page.head)
        if applied.changed or applied.caught_up:
            self._link.changed(bucket)
        return applied.caught_up


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
