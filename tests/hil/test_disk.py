"""The disk that is honest about power cuts: what may be on it, and what must."""

from __future__ import annotations

import pytest

from hil_tests.bench.disk import (
    SECTOR,
    Disk,
    DiskError,
    Entry,
    Flush,
    Mark,
    PowerLost,
    Survivor,
    Write,
    everything,
    nothing,
    replayed,
    survivors,
    torn,
)

A, B = b"a" * SECTOR, b"b" * SECTOR
EMPTY = bytes(4 * SECTOR)


def test_what_was_written_is_read_at_once() -> None:
    disk = Disk(EMPTY)
    disk.write(SECTOR, A)
    assert disk.read(0, 2 * SECTOR) == bytes(SECTOR) + A
    assert disk.begun == EMPTY


def test_the_power_goes_at_the_flush_that_was_named_and_before_it_is_done() -> None:
    disk = Disk(EMPTY)
    disk.cut_at = 2
    disk.write(0, A)
    disk.flush()
    disk.write(0, B)
    with pytest.raises(PowerLost):
        disk.flush()
    with pytest.raises(PowerLost):
        disk.read(0, 1)
    assert disk.log == [Write(0, A), Flush(), Write(0, B)]
    assert disk.dark.is_set()


def test_a_place_that_fails_says_so_and_the_rest_works() -> None:
    disk = Disk(EMPTY)
    disk.fails = lambda offset, length: offset == SECTOR
    disk.write(0, A)
    for broken in (lambda: disk.write(SECTOR, A), lambda: disk.read(SECTOR, 1)):
        with pytest.raises(DiskError):
            broken()
    assert disk.log == [Write(0, A)]


def test_what_was_flushed_is_in_every_state_and_what_was_not_in_some() -> None:
    log: list[Entry] = [Write(0, A), Flush(), Mark(0), Write(SECTOR, B)]
    states = list(survivors(EMPTY, log, seed=1))
    late = [state for state in states if state.acknowledged == 0]
    assert {state.content[:SECTOR] for state in late} == {A}
    assert {state.content[SECTOR : 2 * SECTOR] for state in late} == {bytes(SECTOR), B}


def test_before_a_flush_is_done_nothing_is_sure() -> None:
    first = next(survivors(EMPTY, [Write(0, A), Flush()], seed=1, ways=(nothing,)))
    assert first == Survivor(1, -1, EMPTY)


def test_writes_to_one_place_keep_their_order() -> None:
    log = [Write(0, A), Write(0, B)]
    assert [state.content[:SECTOR] for state in survivors(EMPTY, log, seed=1, ways=(everything,))] == [B]


def test_a_write_tears_between_sectors_and_never_within() -> None:
    log = [Write(0, A + A + A + A)]
    found = set()
    for seed in range(20):
        (state,) = survivors(EMPTY, log, seed, ways=(torn,))
        parts = [state.content[start : start + SECTOR] for start in range(0, len(EMPTY), SECTOR)]
        assert set(parts) <= {A, bytes(SECTOR)}
        found.add(tuple(part == A for part in parts))
    assert len(found) > 5


def test_the_same_seed_gives_the_same_states() -> None:
    log: list[Entry] = [Write(0, A + B), Write(2 * SECTOR, A), Flush()]
    assert list(survivors(EMPTY, log, seed=7)) == list(survivors(EMPTY, log, seed=7))


def test_a_disk_that_loses_only_what_comes_later_is_replayed_to_every_write() -> None:
    log: list[Entry] = [Write(0, A), Flush(), Write(SECTOR, B), Mark(0)]
    one, two = A + EMPTY[SECTOR:], A + B + EMPTY[2 * SECTOR :]
    assert list(replayed(EMPTY, log)) == [Survivor(0, -1, one), Survivor(2, -1, two), Survivor(3, 0, two)]
