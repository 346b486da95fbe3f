"""What HQ takes in: batches read, verified, checked against their chain, booked and stored, beside bare inserts.

The bare side inserts the rows that HQ was seen to make of the same batches, with the driver's `executemany`, in as
many transactions, processes and threads. Publishing to the feed and replay come after ingest, and are timed apart.
"""

from __future__ import annotations

import multiprocessing
import pickle
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from hq.garbage import collect_seldom
from hq.headquarters import Headquarters
from hq.ingest import ingest
from hq.reading import read_batch
from hq.replayer import replay_pending
from hq.sequencer import sequence
from protocol import chain, signing
from protocol.batch import MAX_BATCH_BYTES, MAX_OPERATIONS, Batch
from terminal.bench.bench_hq import BenchChain, found_bench_hq
from terminal.bench.ingest_rows import insert_bare, keep_rows, lend_points
from terminal.bench.sample_sales import NOON_MS, Lane, sample_sales
from terminal.identity import Identity

START_S = 120
THREADS = 2  # of each process
Work = Callable[[Headquarters, list[Any]], None]


@dataclass(frozen=True)
class Sent:
    """A batch as it comes over the line, with the key it must be signed with."""

    public_key: str
    data: bytes


def measure(size: BenchChain, operations: int, workers: int, url: str | None) -> dict[str, Any]:
    """Operations per second of HQ and of bare inserts; `ratio` is HQ : bare. Judges nothing."""
    _, identities = found_bench_hq(size, url)
    batches = [list(_batches(size, number, identity, operations)) for number, identity in enumerate(identities)]
    count = sum(len(Batch.decode(one.data).operations) for own in batches for one in own)
    with_hq(size.state, lambda hq: lend_points(hq, identities, size.members))
    ours = _timed(size, workers, _take_in, batches)
    after = with_hq(size.state, _after)
    kept = with_hq(size.state, lambda hq: keep_rows(hq, [[Batch.decode(one.data) for one in own] for own in batches]))
    theirs = _timed(size, workers, insert_bare, kept)
    return {
        "operations": count,
        "batches": sum(map(len, batches)),
        "bytes_each": sum(len(one.data) for own in batches for one in own) // count,
        "workers": workers,
        "hq_per_s": round(count / ours),
        "bare_per_s": round(count / theirs),
        "ratio": round(theirs / ours, 3),
        **after,
    }


def with_hq(state: Path, act: Callable[[Headquarters], Any]) -> Any:
    """What `act` gives with the HQ of this folder open."""
    hq = Headquarters.open(state, lambda: NOON_MS)
    try:
        return act(hq)
    finally:
        hq.close()


def _batches(size: BenchChain, number: int, identity: Identity, operations: int) -> Iterator[Sent]:
    """The sales of one terminal in batches as full as they may be."""
    key = signing.private_from_hex(identity.private_key)
    previous, first = chain.genesis(identity.device, identity.epoch), 1
    lane = Lane(identity.device, identity.epoch, identity.store, size.members, number=number)
    sold = sample_sales(size.chain, operations // size.terminals, size.seed + number, lane)
    for part in _full([sale.operation.encode() for sale in sold]):
        batch = Batch.sign(key, identity.device, identity.epoch, first, previous, part)
        previous, first = chain.extend(previous, part), first + len(part)
        yield Sent(signing.public_hex(key), batch.encode())


def _full(operations: Sequence[bytes]) -> Iterator[list[bytes]]:
    part: list[bytes] = []
    for data in operations:
        if len(part) == MAX_OPERATIONS or sum(len(one) + 4 for one in part) + len(data) > MAX_BATCH_BYTES - 1024:
            yield part
            part = []
        part.append(data)
    yield part


def _take_in(hq: Headquarters, batches: list[Sent]) -> None:
    for sent in batches:
        batch = Batch.decode(sent.data)
        batch.verify(sent.public_key)
        _take_in_one(hq, batch)


def _take_in_one(hq: Headquarters, batch: Batch) -> None:
    readings = read_batch(batch)
    hq.database.repeated(lambda connection: ingest(connection, batch, readings, hq.rules()))


def _timed(size: BenchChain, workers: int, work: Work, shares: Sequence[Sequence[Any]]) -> float:
    """Seconds from the first beginning to the last end; the terminals are dealt out to the processes, and in each to
    its threads, as HQ's door does it: one reads a batch while another books."""
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(workers), context.SimpleQueue()
    processes = []
    for worker in range(workers):
        file = size.folder / f"share-{worker}"
        file.write_bytes(pickle.dumps(shares[worker::workers]))
        processes.append(context.Process(target=_process, args=(work, size.state, file, barrier, results)))
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    times: list[tuple[int, int]] = [results.get() for process in processes if process.exitcode == 0]
    assert len(times) == workers, "a worker has failed: see its trace"
    return (max(end for _, end in times) - min(begun for begun, _ in times)) / 1e9


def _process(work: Work, state: Path, file: Path, barrier: Barrier, results: Any) -> None:
    shares: list[list[Any]] = pickle.loads(file.read_bytes())

    def run(hq: Headquarters) -> tuple[int, int]:
        collect_seldom()
        with ThreadPoolExecutor(THREADS) as threads:
            barrier.wait(START_S)
            begun = time.monotonic_ns()
            for _ in threads.map(partial(work, hq), shares):
                pass
            return begun, time.monotonic_ns()

    results.put(with_hq(state, run))


def _after(hq: Headquarters) -> dict[str, Any]:
    """What follows ingest: every changed member published, every basket priced again."""
    begun = time.monotonic()
    published = sequence(hq.database, hq.clock(), hq.today())
    between = time.monotonic()
    replayed = sum(iter(lambda: replay_pending(hq.database, hq.programmes, 500), 0))
    ended = time.monotonic()
    return {
        "published_per_s": round(published / (between - begun)),
        "replayed": replayed,
        "replayed_per_s": round(replayed / (ended - between)),
    }
