"""A directory as a terminal has it after its first round, fetched once by the product's own code and copied since."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

from hq import exchange
from hq.headquarters import Headquarters
from hq.route import Request
from protocol.feed import Bucket
from protocol.lease import GrantPage
from terminal.identity import Identity
from terminal.store.directory_writer import DirectoryWriter
from terminal.sync.hq_client import HqClient
from terminal.sync.hq_clock import HqClock
from terminal.sync.pull import Puller
from terminal.sync.transport import Answer


def fill_directory(hq: Headquarters, identity: Identity, file: Path, chance: Random) -> None:
    """Fetch everything that the terminal `identity` may know into a new directory at `file`."""
    clock = HqClock(hq.clock)
    client = HqClient(identity, _Wire(hq), clock, lambda: f"{chance.getrandbits(128):032x}")
    with DirectoryWriter(file) as writer:
        puller = Puller(client, writer, _Nobody(), identity.trust_key)
        puller.pull(Bucket.CONFIG, lambda: True)
        puller.rest(lambda: True)


class _Wire:
    """Straight to HQ: nothing is lost and no time passes."""

    def __init__(self, hq: Headquarters) -> None:
        self._hq = hq

    def exchange(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, dated: bool, wait_s: float = 0
    ) -> Answer:
        lower = {name.lower(): value for name, value in headers.items()}
        answer = exchange.answer(self._hq, Request(method, target, lower, body or b""))
        return Answer(answer.status, answer.headers, answer.body)

    def rest(self) -> None:
        """Nothing is open."""


class _Nobody:
    """The till is not running yet."""

    def acknowledge(self, seq: int, digest: str) -> None: ...

    def apply_grants(self, page: GrantPage) -> int:
        return 0

    def met(self, utc_ms: int, spend_until_ms: int) -> None: ...

    def changed(self, bucket: Bucket) -> None: ...

    def state(self, online: bool, code: str | None) -> None: ...

    def describe(self) -> Mapping[str, Any]:
        return {}
