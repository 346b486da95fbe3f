"""A puller and its directory beside an HQ that answers in the same process, without a line between them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from protocol.feed import Bucket
from protocol.lease import GrantPage
from protocol.signing import private_from_hex, public_hex
from terminal.identity import Identity
from terminal.store.bucket_state import BucketState
from terminal.store.directory_writer import DirectoryWriter
from terminal.sync.bootstrap import Bootstrap
from terminal.sync.hq_client import HqClient
from terminal.sync.hq_clock import HqClock
from terminal.sync.pull import Puller
from terminal.sync.transport import Answer
from tests.terminal.sync.https import NOW_MS, Asked
from tests.terminal.sync.https import Answer as Answers

HQ_KEY = private_from_hex("77" * 32)
IDENTITY = Identity(
    device="s01-1",
    epoch=1,
    store="s01",
    lane="1",
    hq="https://127.0.0.1:1",
    trust_key=public_hex(HQ_KEY),
    lookup_key="22" * 32,
    private_key="44" * 32,
)


@dataclass
class Direct:
    """A transport that asks `answers`; `received` counts the bytes that came back."""

    answers: Answers
    received: int = 0

    def exchange(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, dated: bool, wait_s: float = 0
    ) -> Answer:
        say = self.answers(Asked(method, target, dict(headers), body or b""))
        self.received += len(say.body)
        return Answer(say.status, say.headers, say.body)

    def rest(self) -> None:
        """Nothing is kept open."""


@dataclass
class Told:
    """A till that notes which buckets have changed."""

    changes: list[Bucket] = field(default_factory=list)

    def changed(self, bucket: Bucket) -> None:
        self.changes.append(bucket)

    def acknowledge(self, seq: int, digest: str) -> None: ...

    def apply_grants(self, page: GrantPage) -> int:
        return len(page.grants)

    def met(self, utc_ms: int, spend_until_ms: int) -> None: ...

    def state(self, online: bool, code: str | None) -> None: ...

    def describe(self) -> Mapping[str, Any]:
        return {}


@dataclass
class FeedBed:
    line: Direct
    client: HqClient
    writer: DirectoryWriter
    puller: Puller
    till: Told
    folder: Path

    def pull(self, bucket: Bucket = Bucket.MEMBERS_0) -> None:
        self.puller.pull(bucket, lambda: True)

    def rest(self) -> None:
        self.puller.rest(lambda: True)

    def state(self, bucket: Bucket = Bucket.MEMBERS_0) -> BucketState:
        state = self.writer.bucket(bucket)
        assert state is not None
        return state

    def bodies(self) -> dict[str, str]:
        return dict(self.writer._db.execute("SELECT key, body FROM entry"))


def direct_client(line: Direct, identity: Identity = IDENTITY) -> HqClient:
    clock, nonces = HqClock(lambda: 0), itertools.count(1)
    clock.answered(NOW_MS, 0)
    return HqClient(identity, line, clock, lambda: f"{next(nonces):032x}")


@contextmanager
def feed_bed(
    folder: Path, answers: Answers, free_bytes: int | None = None, identity: Identity = IDENTITY
) -> Iterator[FeedBed]:
    """With `free_bytes` on its disk it takes snapshots."""
    folder.mkdir(exist_ok=True)
    line, till = Direct(answers), Told()
    client = direct_client(line, identity)
    with DirectoryWriter(folder / "directory.db") as writer:
        bootstrap = None
        if free_bytes is not None:
            bootstrap = Bootstrap(client, writer, identity, folder, lambda _: free_bytes)
        puller = Puller(client, writer, till, identity.trust_key, bootstrap)
        yield FeedBed(line, client, writer, puller, till, folder)
