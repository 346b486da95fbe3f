"""What a disk may hold: what was synced always, the rest in every way, and never what was not written."""

from __future__ import annotations

from random import Random

from terminal.bench.crash.cuts import SECTOR, Image, State, applied, states
from terminal.bench.crash.record import Record, Truncate, Write

NAME = "file-wal"


def record_of(*writes: tuple[int, bytes] | str) -> Record:
    """Writes to one file; "sync" syncs it, "answer" acknowledges the next act."""
    record = Record()
    file, answers = record.opened(NAME), 0
    for item in writes:
        if item == "sync":
            record.sync(file, NAME)
        elif item == "answer":
            record.acknowledged(answers)
            answers += 1
        elif isinstance(item, tuple):
            record.write(file, *item)
    return record


def images(record: Record, wanted: int = 500) -> list[Image]:
    return [state.image for state in states(record, wanted, 1)]


def contents(record: Record, wanted: int = 500) -> set[bytes | None]:
    return {image.get(NAME) for image in images(record, wanted)}


def test_two_unsynced_writes_arrive_in_every_combination() -> None:
    found = contents(record_of((0, b"a"), (1, b"b")))
    assert {None, b"", b"a", b"ab", b"\0b"} <= found


def test_what_was_synced_is_always_there() -> None:
    record = record_of((0, b"A" * 2000), "sync", (0, b"B" * 1000))
    after = [state.image[NAME] for state in states(record, 500, 1) if state.at > 2]
    assert len(set(after)) > 3
    for content in after:
        assert len(content) == 2000
        assert content[1000:] == b"A" * 1000
        assert set(content[:1000]) <= {65, 66}


def test_sectors_of_one_write_arrive_alone() -> None:
    assert b"\0" * SECTOR + b"x" * SECTOR in contents(record_of((0, b"x" * SECTOR * 2)))


def test_a_torn_sector_has_one_end_only() -> None:
    record = record_of((0, b"-" * SECTOR * 12), "sync", (0, b"x" * SECTOR * 12))
    later = [state.image[NAME] for state in states(record, 3000, 1) if state.at > 2]
    parts = {content[at : at + SECTOR] for content in later for at in range(0, len(content), SECTOR)}
    torn = {part for part in parts if len(set(part)) == 2}
    assert torn
    assert all(part.count(b"-x") + part.count(b"x-") == 1 for part in torn)


def test_a_gap_is_zeros_or_rubbish() -> None:
    found = contents(record_of((0, b"x" * SECTOR * 9)), 2000)
    gaps = {content[:SECTOR] for content in found if content and content[:1] != b"x"}
    assert bytes(SECTOR) in gaps
    assert any(gap.strip(b"\0x") for gap in gaps)


def test_a_truncation_may_not_have_arrived() -> None:
    record = record_of((0, b"abc"), "sync")
    record.truncate(1, 0)
    assert {b"", b"abc"} <= contents(record)


def test_a_deletion_that_was_not_synced_may_be_undone() -> None:
    record = record_of((0, b"abc"), "sync")
    record.delete(NAME, synced=False)
    record.acknowledged(0)
    assert {None, b"abc"} == {state.image.get(NAME) for state in states(record, 500, 1) if state.acknowledged == 0}


def test_a_synced_deletion_is_final() -> None:
    record = record_of((0, b"abc"), "sync")
    record.delete(NAME, synced=True)
    record.acknowledged(0)
    assert {None} == {state.image.get(NAME) for state in states(record, 500, 1) if state.acknowledged == 0}


def test_a_state_says_what_was_acknowledged_before_it() -> None:
    found = list(states(record_of((0, b"a"), "sync", "answer", (1, b"b"), "sync", "answer"), 500, 1))
    assert {state.acknowledged for state in found} == {-1, 0, 1}
    assert all(state.image[NAME][:1] == b"a" for state in found if state.acknowledged >= 0)
    assert all(state.image[NAME] == b"ab" for state in found if state.acknowledged == 1)


def test_the_same_seed_gives_the_same_states() -> None:
    record = record_of((0, b"x" * 9000), "sync", (100, b"y" * 9000))

    def made(seed: int) -> list[State]:
        return list(states(record, 300, seed))

    assert made(3) == made(3)
    assert made(3) != made(4)


def test_changes_are_applied_in_order() -> None:
    changes = [Write(1, 0, b"abcdef"), Truncate(1, 2), Write(1, 4, b"z")]
    assert applied(b"", changes, None) == b"ab\0\0z"
    assert applied(b"", changes, Random(1))[:2] == b"ab"
