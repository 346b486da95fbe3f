"""Every terminal of a chain comes back at the same moment after an outage: what HQ says, and what it costs it.

Each terminal is the real client over real TLS, on a thread of its own: HQ's time, a contact, configuration, all that
waited in one batch or more, leases, and how far the feed is. It waits when HQ asks it to, as the agent does.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from protocol import chain
from protocol.batch import MAX_OPERATIONS, Batch
from protocol.contact import Contact, Heartbeat
from protocol.feed import Bucket
from protocol.operation import ClockQuality
from protocol.signing import private_from_hex
from terminal.bench.bench_hq import BenchChain, cost_of, found_bench_hq, operations_at, serving
from terminal.bench.sample_sales import Lane, sample_sales
from terminal.identity import Identity
from terminal.sync.backoff import Backoff
from terminal.sync.failures import Nonsense, Refused, Unreachable
from terminal.sync.hq_client import HqClient
from terminal.sync.hq_clock import HqClock
from terminal.sync.transport import HttpsTransport

RETRY_DELAY_S_MAX = 15.0
TRIES_MAX = 40
BUSY = (429, 503)
MEMBERS_EACH = 10  # of a chain with so many terminals; few enough that many shop at several stores


@dataclass
class Fleet:
    """What all terminals share: the moment of the return, whether the bench is over, and the counts."""

    size: int
    gate: threading.Barrier
    over: threading.Event = field(default_factory=threading.Event)
    said: Counter[str] = field(default_factory=Counter)
    done_s: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str) -> None:
        with self.lock:
            self.said[what] += 1

    def done(self, begun_s: float) -> None:
        with self.lock:
            self.done_s.append(time.monotonic() - begun_s)


def measure(folder: Path, terminals: int, sales: int, seed: int, url: str | None) -> dict[str, Any]:
    """`terminals` come back at once with `sales` operations each. Judges nothing; `errors` counts what should not be.

    `busy` is how often HQ asked a terminal to come later; `duplicates` what was sent twice for a lost answer.
    """
    return asyncio.run(_measure(BenchChain(folder, MEMBERS_EACH * terminals, terminals, seed), sales, url))


async def _measure(size: BenchChain, sales: int, url: str | None) -> dict[str, Any]:
    hq, identities = found_bench_hq(size, url)
    ca_file = size.state / "ca.pem"
    waiting = [_batches(identity, size, sales, number) for number, identity in enumerate(identities)]
    async with serving(hq, identities[0]) as process:
        idle = cost_of(process)
        fleet, took_s = await asyncio.to_thread(come_back, identities, waiting, ca_file, size.seed)
        cost = cost_of(process)
    held = operations_at(size.state)
    lost = len(identities) * sales - held
    done = sorted(fleet.done_s)
    return {
        "terminals": len(identities),
        "operations": len(identities) * sales,
        "at_hq": held,
        "errors": fleet.said["failed"] + fleet.said["unreachable"] + abs(lost),
        "unreachable": fleet.said["unreachable"],
        "busy": fleet.said["busy"],
        "all_back_s": round(took_s, 2),
        "median_back_s": round(done[len(done) // 2], 2) if done else None,
        "hq": {**cost, "memory_idle_mb": idle["memory_mb"], "cpu_s": round(cost["cpu_s"] - idle["cpu_s"], 2)},
    }


def _batches(identity: Identity, size: BenchChain, sales: int, number: int) -> list[bytes]:
    """What waits at one terminal: signed batches of real sales."""
    lane = Lane(identity.device, identity.epoch, identity.store, size.members, points=0, number=number + 1)
    made = [each.operation.encode() for each in sample_sales(size.chain, sales, size.seed + number, lane)]
    key, previous, batches = private_from_hex(identity.private_key), chain.genesis(lane.device, lane.epoch), []
    for first in range(0, len(made), MAX_OPERATIONS):
        some = made[first : first + MAX_OPERATIONS]
        batches.append(Batch.sign(key, lane.device, lane.epoch, first + 1, previous, some).encode())
        previous = chain.extend(previous, some)
    return batches


def come_back(
    identities: tuple[Identity, ...], waiting: list[list[bytes]], ca_file: Path, seed: int
) -> tuple[Fleet, float]:
    """Every terminal asks for everything at the same moment: the counts, and the seconds until all were back."""
    fleet = Fleet(len(identities), threading.Barrier(len(identities) + 1))
    threads = [
        threading.Thread(
            target=_one_comes_back, args=(fleet, identity, batches, ca_file, Random(f"{seed} {identity.device}"))
        )
        for identity, batches in zip(identities, waiting, strict=True)
    ]
    for thread in threads:
        thread.start()
    fleet.gate.wait()
    begun = time.monotonic()
    for thread in threads:
        thread.join()
    return fleet, time.monotonic() - begun


def _one_comes_back(fleet: Fleet, identity: Identity, batches: list[bytes], ca_file: Path, chance: Random) -> None:
    clock = HqClock(lambda: time.monotonic_ns() // 1_000_000)
    transport = HttpsTransport(identity.hq, ca_file, clock.now_ms)
    client = HqClient(identity, transport, clock, lambda: f"{chance.getrandbits(128):032x}")
    backoff = Backoff(RETRY_DELAY_S_MAX, chance.random)
    steps = _steps(client, identity, batches, lambda: f"{chance.getrandbits(128):032x}")
    fleet.gate.wait()
    begun = time.monotonic()
    if all(_insist(fleet, step, backoff) for step in steps):
        fleet.done(begun)
    else:
        fleet.count("failed")
    transport.rest()


def _steps(
    client: HqClient, identity: Identity, batches: list[bytes], nonce: Callable[[], str]
) -> list[Callable[[], object]]:
    heartbeat = Heartbeat(version="bench", outbox=len(batches), clock=ClockQuality.TRUSTED)
    return [
        client.ask_time,
        lambda: client.contact(Contact(nonce=nonce(), epoch=identity.epoch, heartbeat=heartbeat)),
        lambda: client.feed(Bucket.CONFIG, 0, 0),
        *(lambda batch=batch: client.operations(batch) for batch in batches),
        lambda: client.grants(0),
        client.heads,
    ]


def _insist(fleet: Fleet, step: Callable[[], object], backoff: Backoff) -> bool:
    """Ask until it is done, as patiently as the agent; False if it never was, or HQ gave another answer."""
    for _ in range(TRIES_MAX):
        try:
            step()
        except Refused as refused:
            if refused.status not in BUSY:
                return False
            fleet.count("busy")
            fleet.over.wait(backoff.next_s(refused.retry_after_s or 0))
        except Nonsense:
            return False
        except Unreachable:
            fleet.count("unreachable")
            fleet.over.wait(backoff.next_s())
        else:
            backoff.reset()
            return True
    return False
