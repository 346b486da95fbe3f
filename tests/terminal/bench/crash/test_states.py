"""Whatever a power cut leaves of a ledger keeps the terminal's word; and what breaks it is found."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from terminal.bench.crash.apsw_disk import RecordingDisk
from terminal.bench.crash.day import Day, open_ledger
from terminal.bench.crash.record import Record
from terminal.bench.crash.states import Weaken, run
from terminal.store.ledger import Ledger

STATES, PARTS = 10_000, 4


def set_pragma(text: str) -> Weaken:
    def weaken(ledger: Ledger) -> None:
        ledger._file.connection.execute(f"PRAGMA {text}")

    return weaken


@pytest.mark.parametrize("part", range(PARTS))
def test_every_state_is_a_ledger_that_kept_its_word(part: int) -> None:
    found = run(STATES // PARTS, part)
    assert found.states >= STATES // PARTS
    assert found.wrong == []
    proofs = {"use_code", "see_link", "guess_pin"}
    assert {"sale", "refund", "top_up", "answer_recall", "checkpoint", "prune", *proofs} <= set(found.acts)


def test_with_less_than_full_synchronous_acknowledged_operations_are_lost() -> None:
    """The control: commits that are not synced."""
    assert set(run(100, 1, weaken=set_pragma("synchronous = NORMAL")).violations) == {"lost"}


def test_an_answer_before_the_commit_is_caught() -> None:
    """The control: the answer leaves before the last sync."""
    assert set(run(100, 1, hasty=True).violations) == {"lost"}


def test_a_ledger_without_a_log_on_the_disk_is_found_half() -> None:
    """The control: a journal in memory cannot take back what was begun."""
    assert {"half", "damaged"} <= set(run(1000, 1, weaken=set_pragma("journal_mode = MEMORY")).violations)


def test_the_same_seed_makes_the_same_bytes(tmp_path: Path) -> None:
    def recorded(name: str) -> Record:
        record = Record()
        (tmp_path / name).mkdir()
        with RecordingDisk("again", record, 5) as disk:
            Day(lambda: open_ledger(tmp_path / name / "ledger.db", disk.name), Random(5), record.acknowledged).play(20)
        return record

    first = recorded("a").events
    assert first == recorded("b").events
    assert len(first) > 100
