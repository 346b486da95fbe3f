"""From a tap to the decision, with the directory of a large chain and 35 days of operations in the ledger.

The till's real desk and thread take each tap. The decision is the light's; then both screens, with balance, offers and
quote, are ready for the pages. Beside it, turn by turn, bare SQLite connections do no more than look the same card,
member and operations up by their indexes: the floor. `processor` is what the till's thread itself needed for the
decision: the rest of its time it waited, for the disk or for others who use the machine. `cold` are taps with nothing
of the files in memory, as after a start.
"""

from __future__ import annotations

import gc
import itertools
import logging
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import monotonic_ns, perf_counter_ns, thread_time_ns
from typing import Any

import apsw

from hq import feed, nightly
from protocol.directory import card_key
from protocol.feed import Bucket
from protocol.operation import ClockQuality
from terminal.bench import bootstrap_bench
from terminal.bench.layout import SAMPLE_CHAIN
from terminal.bench.measure import figures
from terminal.bench.million import Large, card_uid, make_large, member_id
from terminal.bench.sample_sales import DEVICE, EPOCH, NOON_MS, Lane, sample_sales
from terminal.clock import ClockReading
from terminal.counter.attention import Attention
from terminal.counter.desk import Desk, Tap
from terminal.counter.screens import Surroundings
from terminal.counter.shop import Shop
from terminal.counter.station import Outlets, Station
from terminal.lasting import lasting
from terminal.store.directory import Directory
from terminal.store.directory_writer import DirectoryWriter
from terminal.store.ledger import Ledger

WARM_UP = 50
COLD = 100  # taps at most
REGULARS = 5000  # members who shop here: half of the taps are theirs
WAIT_S = 30.0
INTENTS = 1 << 120  # the till's own begin beyond those of the sales that were written before
_FLOOR = """SELECT posting.asset, posting.lot, sum(posting.amount) FROM operation JOIN posting USING (seq)
WHERE operation.member = ? GROUP BY 1, 2"""


@dataclass(frozen=True)
class _Till:
    """`lights` are their names with the time, and that of the till's thread."""

    station: Station
    lights: list[tuple[str, int, int]]
    shown: list[int]


def measure(folder: Path, members: int, operations: int, samples: int, seed: int) -> dict[str, Any]:
    """Tap `samples` cards; times in microseconds. `ratio` is the decision's : the floor's. Judges nothing."""
    large = make_large(folder, members, seed)
    with closing(large.hq):
        nightly.make_snapshot(large.hq)
        bootstrap_bench.take(large, folder / "terminal")
        _configure(large, folder / "terminal")
    _sell(folder / "terminal", min(members, REGULARS), operations, seed)
    with _till(large, folder / "terminal") as till, _bare(folder / "terminal", large) as bare, _as_served():
        taps, floor = _turns(till, bare, members, samples, Random(seed))
        cold = _cold_taps(till, folder / "terminal", members, min(samples, COLD), Random(seed + 1))
    decision, shown, processor = ([times[side] for times in taps[WARM_UP:]] for side in range(3))
    found = {"decision": figures(decision), "screens": figures(shown), "floor": figures(floor[WARM_UP:])}
    found |= {"processor": figures(processor), "cold": figures(cold)}
    ratio = {
        name.removesuffix("_us"): round(found["decision"][name] / max(1, found["floor"][name]), 2)
        for name in ("median_us", "p99_us")
    }
    return {"members": members, "operations": operations, **found, "ratio": ratio}


def _configure(large: Large, state: Path) -> None:
    """The configuration comes by the feed, as always."""
    with large.hq.database.reading() as connection:
        told = {"generation": large.hq.generation, "applied_seq": 0, "as_of_ms": NOON_MS}
        page = feed.page(connection, Bucket.CONFIG, 0, **told)
    with DirectoryWriter(state / "directory.db") as writer:
        writer.apply(page)


def _sell(state: Path, regulars: int, operations: int, seed: int) -> None:
    """Operations of regular members. They are committed in memory, which is quicker, and then brought to the disk."""
    memory = Path("/dev/shm") if Path("/dev/shm").is_dir() else state
    quick = memory / f"stillpoint-bench-{os.getpid()}.db"
    try:
        with Ledger.open(quick, DEVICE, EPOCH) as ledger:
            ledger.note_spend_until(2 * NOON_MS)
            for sold in sample_sales(SAMPLE_CHAIN, operations, seed, Lane(members=regulars, points=0)):
                ledger.append(sold.operation, sold.digest, sold.answer)
            ledger.checkpoint()
        shutil.copyfile(quick, state / "ledger.db")
    finally:
        for left in memory.glob(f"{quick.name}*"):
            left.unlink()


@contextmanager
def _till(large: Large, state: Path) -> Iterator[_Till]:
    lights: list[tuple[str, int, int]] = []
    shown: list[int] = []
    with ExitStack() as stack:
        ledger = stack.enter_context(Ledger.open(state / "ledger.db", DEVICE, EPOCH))
        directory = stack.enter_context(closing(Directory(state / "directory.db")))
        clock = ClockReading(NOON_MS, ClockQuality.TRUSTED, 0)
        attention, intents = Attention(lambda: monotonic_ns() // 1_000_000), itertools.count(INTENTS)
        desk = Desk(Shop(ledger, directory, large.identity, lambda: clock), lambda: f"{next(intents):032x}", attention)
        outlets = Outlets(
            publish=lambda _: shown.append(perf_counter_ns()),
            light=lambda name: lights.append((name, perf_counter_ns(), thread_time_ns())),
            fatal=_nothing,
            committed=lambda: None,
        )
        station = Station(desk, attention, Surroundings(), outlets)
        station.start()
        stack.callback(station.close)
        yield _Till(station, lights, shown)


@contextmanager
def _as_served() -> Iterator[None]:
    """Memory as the service has it."""
    lasting()
    try:
        yield
    finally:
        gc.unfreeze()


def _nothing(_: object) -> None:
    """Nobody hears of it."""


@contextmanager
def _bare(state: Path, large: Large) -> Iterator[Callable[[int], None]]:
    directory = sqlite3.connect(f"{(state / 'directory.db').resolve().as_uri()}?mode=ro", uri=True)
    ledger = apsw.Connection(str(state / "ledger.db"), flags=apsw.SQLITE_OPEN_READONLY)
    lookup = bytes.fromhex(large.identity.lookup_key)

    def look_up(number: int) -> None:
        question = "SELECT body FROM entry WHERE kind = ? AND key = ?"
        directory.execute(question, ("card", card_key(lookup, card_uid(number)))).fetchone()
        directory.execute(question, ("member", member_id(number))).fetchone()
        ledger.execute(_FLOOR, (member_id(number),)).fetchall()

    try:
        yield look_up
    finally:
        directory.close()
        ledger.close()


def _turns(
    till: _Till, bare: Callable[[int], None], members: int, samples: int, chance: Random
) -> tuple[list[tuple[int, int, int]], list[int]]:
    """Nanoseconds of each tap (decision, screens, processor) and of the floor; every tap is of another card."""
    ours: list[tuple[int, int, int]] = []
    theirs: list[int] = []
    with _quiet(logging.getLogger("terminal.counter.station")):
        for turn in range(samples + WARM_UP):
            number = chance.randrange(min(members, REGULARS)) if turn % 2 else chance.randrange(members)
            if turn % 2:
                theirs.append(_timed(bare, number))
            ours.append(_tap(till, number))
            if not turn % 2:
                theirs.append(_timed(bare, number))
    return ours, theirs


@contextmanager
def _quiet(log: logging.Logger) -> Iterator[None]:
    """No line for each tap, for as long as this lasts."""
    before = log.level
    log.setLevel(logging.WARNING)
    try:
        yield
    finally:
        log.setLevel(before)


def _tap(till: _Till, number: int) -> tuple[int, int, int]:
    """From the event to the light, to the screens, and what of the first was the thread's own work; afterwards nobody
    is at the till."""
    used_ns = till.station.ask(lambda _: thread_time_ns()).result(WAIT_S)
    begun = perf_counter_ns()
    till.station.card(card_uid(number), "uid", Tap(f"{number:08x}", monotonic_ns())).result(WAIT_S)
    (name, lit_ns, lit_used_ns), shown_ns = till.lights[-1], till.shown[-1]
    assert name == "ok", name
    till.station.do(lambda desk: desk.clear_member()).result(WAIT_S)
    return lit_ns - begun, shown_ns - begun, lit_used_ns - used_ns


def _cold_taps(till: _Till, state: Path, members: int, samples: int, chance: Random) -> list[int]:
    """Nanoseconds of decisions, each after the system has forgotten what it had of both files."""
    with ExitStack() as stack:
        files = [stack.enter_context((state / name).open("rb")) for name in ("directory.db", "ledger.db")]
        for file in files:
            os.fsync(file.fileno())  # only what is on the disk can be forgotten
        times = []
        for _ in range(samples):
            for file in files:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            times.append(_tap(till, chance.randrange(members))[0])
    return times


def _timed(act: Callable[[int], None], number: int) -> int:
    begun = perf_counter_ns()
    act(number)
    return perf_counter_ns() - begun
