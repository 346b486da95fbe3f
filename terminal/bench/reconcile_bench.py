"""One terminal after 35 days without HQ: everything it sold goes up, everything that changed at HQ comes down.

The ledger, the directory and the rounds are the terminal's own; HQ is a process, reached over TLS on loopback. The rows
come page by page, not by a snapshot, and each is checked and written as always.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from protocol.feed import Bucket
from protocol.lease import GrantPage
from terminal.bench.bench_hq import BenchChain, cost_of, found_bench_hq, operations_at, serving
from terminal.bench.sample_sales import NOON_MS, Lane, sample_sales
from terminal.identity import Identity
from terminal.store.directory_writer import DirectoryWriter
from terminal.store.ledger import Ledger
from terminal.store.outbox import OutboxReader
from terminal.sync.contact import Contacts, heartbeat
from terminal.sync.hq_client import HqClient
from terminal.sync.hq_clock import HqClock
from terminal.sync.pull import Puller
from terminal.sync.push import Pusher
from terminal.sync.transport import HttpsTransport


@dataclass(frozen=True)
class _LedgerTill:
    """The till without its sockets: what HQ said goes straight into the ledger."""

    ledger: Ledger

    def acknowledge(self, seq: int, digest: str) -> None:
        self.ledger.acknowledge(seq, bytes.fromhex(digest))

    def apply_grants(self, page: GrantPage) -> int:
        return self.ledger.apply_grants(page)

    def met(self, _utc_ms: int, spend_until_ms: int) -> None:
        self.ledger.note_spend_until(spend_until_ms)

    def changed(self, bucket: Bucket) -> None:
        """Nothing is painted here."""

    def state(self, online: bool, code: str | None) -> None:
        """Nobody is told."""

    def describe(self) -> Mapping[str, Any]:
        return {}


def measure(folder: Path, operations: int, members: int, seed: int, url: str | None) -> dict[str, Any]:
    """Seconds that `operations` up and the rows of `members` members down take. Judges nothing."""
    return asyncio.run(_measure(BenchChain(folder, members, 1, seed), operations, url))


async def _measure(size: BenchChain, operations: int, url: str | None) -> dict[str, Any]:
    hq, (identity,) = found_bench_hq(size, url)
    with ExitStack() as stack:
        ledger = stack.enter_context(Ledger.open(size.folder / "ledger.db", identity.device, identity.epoch))
        _sell(ledger, identity, size, operations)
        async with serving(hq, identity) as process:
            idle = cost_of(process)
            result = await asyncio.to_thread(_meet, stack, ledger, identity, size)
            cost = cost_of(process)
    held = operations_at(size.state)
    return {
        "operations": operations,
        "at_hq": held,
        "missing": operations - held,
        **result,
        "hq": {**cost, "cpu_s": round(cost["cpu_s"] - idle["cpu_s"], 2)},
    }


def _sell(ledger: Ledger, identity: Identity, size: BenchChain, operations: int) -> None:
    ledger.note_spend_until(2 * NOON_MS)
    lane = Lane(identity.device, identity.epoch, identity.store, size.members, points=0)
    for sold in sample_sales(size.chain, operations, size.seed, lane):
        ledger.append(sold.operation, sold.digest, sold.answer)


def _meet(stack: ExitStack, ledger: Ledger, identity: Identity, size: BenchChain) -> dict[str, Any]:
    chance, till = Random(size.seed), _LedgerTill(ledger)
    clock = HqClock(lambda: time.monotonic_ns() // 1_000_000)
    transport = HttpsTransport(identity.hq, size.state / "ca.pem", clock.now_ms)
    stack.callback(transport.rest)

    def nonce() -> str:
        return f"{chance.getrandbits(128):032x}"

    client = HqClient(identity, transport, clock, nonce)
    outbox = stack.enter_context(OutboxReader(size.folder / "ledger.db"))
    writer = stack.enter_context(DirectoryWriter(size.folder / "directory.db"))
    puller = Puller(client, writer, till, identity.trust_key)
    contacts = Contacts(client, identity, clock, nonce)
    took = {
        "contact_s": _timed(lambda: contacts.meet(heartbeat("bench", 0, till.describe(), {}))),
        "config_s": _timed(lambda: puller.pull(Bucket.CONFIG, _always)),
        "up_s": _timed(lambda: Pusher(outbox, client, till, identity).push(_always)),
        "down_s": _timed(lambda: puller.rest(_always)),
    }
    rows = sum(state.count for bucket in Bucket if (state := writer.bucket(bucket)) is not None)
    return {"rows": rows, **took, "whole_s": round(sum(took.values()), 2)}


def _timed(act: Callable[[], object]) -> float:
    begun = time.monotonic()
    act()
    return round(time.monotonic() - begun, 2)


def _always() -> bool:
    return True
