"""Repairing a bucket that does not add up: the parts that differ, then the rows that differ, and only those (sync.md).

First our own count and sum are taken anew from the rows on the disk. Then HQ's sums of the 256 parts show where it is,
and the digests of those parts which rows it is. Rows above our cursor come with the feed and are left to it, so HQ may
go on meanwhile.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum, auto

from protocol.feed import PAGE_ROWS, PREFIXES, Bucket, sum_hex
from protocol.feed_repair import PrefixSum, RowPlace, RowsAsk
from terminal.store.directory_leaves import Kept
from terminal.store.directory_writer import DirectoryWriter, Place
from terminal.sync.bundle import refused_rows
from terminal.sync.failures import Nonsense
from terminal.sync.hq_client import HqClient

log = logging.getLogger(__name__)
PARTS_MAX = 64  # a quarter of the bucket: from there on it is cheaper to fetch it whole


class Found(Enum):
    NOTHING = auto()  # no row differs, and the sum was that of the rows
    REPAIRED = auto()
    TOO_MUCH = auto()  # more than PARTS_MAX parts differ; nothing was repaired


class Repairer:
    """Finds what differs and puts HQ's rows in its place."""

    def __init__(self, client: HqClient, writer: DirectoryWriter, trust_key: str) -> None:
        self._client, self._writer, self._trust_key = client, writer, trust_key

    def repair(self, bucket: Bucket) -> Found:
        """Raises Nonsense for an answer that HQ would not give, StorageFull, StoreError and what HqClient raises."""
        counted_right = self._writer.recount(bucket)
        theirs = self._client.prefixes(bucket)
        parts = _different(self._writer.prefix_sums(bucket), theirs.prefixes)
        if len(parts) > PARTS_MAX:
            log.error("%s: %d of %d parts differ: too many to repair", bucket.value, len(parts), PREFIXES)
            return Found.TOO_MUCH
        wanted, gone = self._compare(bucket, parts)
        if not wanted and not gone:
            return Found.NOTHING if counted_right else Found.REPAIRED
        log.error("%s: %d rows differ and %d are too many: repairing these", bucket.value, len(wanted), len(gone))
        for some in _portions(wanted):
            self._fetch(bucket, some)
        self._writer.repair(bucket, (), gone, 0, ())
        return Found.REPAIRED

    def _compare(self, bucket: Bucket, parts: Sequence[int]) -> tuple[list[Place], list[Place]]:
        """The rows that we lack or have wrong, and those that HQ does not have."""
        state = self._writer.bucket(bucket)
        assert state is not None, "a bucket that was compared has begun"
        ours = self._writer.digests(bucket, parts) if parts else {}
        wanted: list[Place] = []
        told: set[Place] = set()
        for part in parts:
            for row in self._client.leaf(bucket, part).rows:
                place = (row.kind.value, row.key)
                if row.cseq > state.cursor:
                    told.add(place)
                elif row.digest is not None:
                    told.add(place)
                    if _hex(ours.get(place)) != row.digest:
                        wanted.append(place)
        return wanted, sorted(ours.keys() - told)

    def _fetch(self, bucket: Bucket, places: Sequence[Place]) -> None:
        asked = tuple(RowPlace.model_validate({"kind": kind, "key": key}) for kind, key in places)
        answer = self._client.rows(bucket, RowsAsk(places=asked))
        found = {(row.kind.value, row.key) for row in answer.rows}
        if answer.bucket is not bucket or not found <= set(places):
            raise Nonsense(f"HQ was asked for rows of {bucket.value} and answers with others")
        gone = sorted(set(places) - found)
        refused = refused_rows(answer.rows, self._writer, self._trust_key)
        self._writer.repair(bucket, answer.rows, gone, answer.applied_seq, refused)


def _different(ours: Mapping[int, Kept], theirs: Sequence[PrefixSum]) -> list[int]:
    """The prefixes whose count or sum is not the same."""
    there = {each.prefix: (each.count, each.sum) for each in theirs}
    nothing = (0, sum_hex(0))
    here = {prefix: (kept.count, sum_hex(kept.total)) for prefix, kept in ours.items()}
    return [prefix for prefix in range(PREFIXES) if here.get(prefix, nothing) != there.get(prefix, nothing)]


def _portions(places: Sequence[Place]) -> Iterator[Sequence[Place]]:
    for start in range(0, len(places), PAGE_ROWS):
        yield places[start : start + PAGE_ROWS]


def _hex(digest: int | None) -> str | None:
    return None if digest is None else sum_hex(digest)
