"""A member code is taken once, whatever happens between; what is remembered is bounded."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.errors import StorageFull
from terminal.store import codes_used
from terminal.store.codes_used import CodesUsed, CodeUse
from terminal.store.ledger import Ledger
from tests.terminal.store.failing_disk import FailingDisk, full_from
from tests.terminal.store.material import open_ledger

NOW = 1_790_000_000
UNTIL = NOW + 120


def code(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()


def kept(ledger: Ledger) -> int:
    return int(ledger._file.rows("SELECT count(*) FROM code_used")[0][0])


def test_a_code_is_taken_once(ledger: Ledger) -> None:
    assert ledger.codes_used.use(code(1), UNTIL, NOW) is CodeUse.FIRST
    assert ledger.codes_used.use(code(1), UNTIL, NOW) is CodeUse.AGAIN
    assert ledger.codes_used.use(code(2), UNTIL, NOW) is CodeUse.FIRST


def test_a_reboot_forgets_nothing(path: Path) -> None:
    with open_ledger(path) as ledger:
        ledger.codes_used.use(code(1), UNTIL, NOW)
    with open_ledger(path) as ledger:
        assert ledger.codes_used.use(code(1), UNTIL, NOW) is CodeUse.AGAIN


def test_a_code_that_could_not_be_written_was_not_taken(path: Path) -> None:
    open_ledger(path).close()
    with FailingDisk("full", full_from(1)) as disk, open_ledger(path, disk.name) as ledger:
        with pytest.raises(StorageFull):
            ledger.codes_used.use(code(1), UNTIL, NOW)
        disk.fail = lambda _kind, _number: None
        assert ledger.codes_used.use(code(1), UNTIL, NOW) is CodeUse.FIRST


def test_it_is_on_the_disk_when_use_returns(path: Path) -> None:
    with FailingDisk("counted") as disk, open_ledger(path, disk.name) as ledger:
        before = dict(disk.counts)
        ledger.codes_used.use(code(1), UNTIL, NOW)
        assert disk.counts["sync"] > before["sync"]


def test_what_nobody_would_take_any_more_is_forgotten_and_stays_refused(ledger: Ledger) -> None:
    ledger.codes_used.use(code(1), UNTIL, NOW)
    assert ledger.codes_used.use(code(2), UNTIL + 60, UNTIL) is CodeUse.FIRST
    assert kept(ledger) == 2, "the last second still counts"
    assert ledger.codes_used.use(code(3), UNTIL + 61, UNTIL + 1) is CodeUse.FIRST
    assert kept(ledger) == 2
    assert ledger.codes_used.use(code(1), UNTIL, NOW) is CodeUse.FORGOTTEN, "also by a clock that was put back"


def test_a_clock_that_is_years_ahead_does_not_refuse_what_is_yet_to_come(ledger: Ledger) -> None:
    ledger.codes_used.use(code(1), UNTIL, NOW)
    assert ledger.codes_used.use(code(2), UNTIL + 1, NOW + 10**9) is CodeUse.FIRST
    assert ledger.codes_used.use(code(3), UNTIL + 2, NOW) is CodeUse.FIRST


def test_too_many_are_bounded_and_none_of_them_is_taken_twice(path: Path) -> None:
    with open_ledger(path) as ledger:
        used = CodesUsed(ledger._file, most=10)
        for number in range(30):
            assert used.use(code(number), UNTIL + number, NOW) is CodeUse.FIRST
        assert kept(ledger) == 10
        assert all(used.use(code(number), UNTIL + number, NOW) is not CodeUse.FIRST for number in range(30))


def taken_twice(shown: list[tuple[int, int, bool]]) -> bool:
    """Whether any code is taken twice when these are shown: which, how the clock differs, and a reboot before."""
    taken: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        ledger = open_ledger(path)
        for number, passed_s, reboot in shown:
            if reboot:
                ledger.close()
                ledger = open_ledger(path)
            if ledger.codes_used.use(code(number), UNTIL + 10 * number, NOW + passed_s) is CodeUse.FIRST:
                taken.append(number)
        ledger.close()
    return len(taken) != len(set(taken))


SHOWN = st.lists(st.tuples(st.integers(0, 4), st.integers(-300, 300), st.booleans()), max_size=12)
LIMITS = settings(max_examples=12, deadline=None, derandomize=True, database=None)


@LIMITS
@given(SHOWN)
def test_no_order_of_codes_clocks_and_reboots_takes_one_twice(shown: list[tuple[int, int, bool]]) -> None:
    assert not taken_twice(shown)


def test_a_cache_that_forgets_without_noting_it_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the clock goes on, forgets, and goes back."""
    monkeypatch.setattr(codes_used, "_FORGET", "SELECT ?1")
    assert taken_twice([(0, 0, False), (1, 300, False), (0, 0, False)])
