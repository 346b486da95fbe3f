"""A guess counts before it is looked at, through reboots, full disks and power cuts; what HQ tells is merged."""

from __future__ import annotations

from pathlib import Path

import pytest

from cards.pin_attempts import DAY_MS, MINUTE_MS, Asked, Gate, PinCount, PinLimits
from terminal.errors import StorageFull
from terminal.store.audit import audit
from terminal.store.ledger import Ledger
from terminal.store.pin_attempts import UNKNOWN, Guess, PinAttempts
from tests.terminal.store.failing_disk import FailingDisk, full_from
from tests.terminal.store.material import ADA, BEN, open_ledger

NOW = 1_790_000_000_000
HERE = "s01-1-aa:1"


def guess(ledger: Ledger, at: int = NOW, subject: str = ADA, version: int = 1, online: bool = True) -> Guess:
    begun = ledger.pin_attempts.begin(subject, version, at, online)
    assert isinstance(begun, Guess), begun
    return begun


def refused(ledger: Ledger, at: int = NOW, subject: str = ADA, version: int = 1, online: bool = True) -> Asked:
    begun = ledger.pin_attempts.begin(subject, version, at, online)
    assert isinstance(begun, Asked), begun
    return begun


def guesses(ledger: Ledger) -> int:
    return int(ledger._file.rows("SELECT count(*) FROM pin_guess")[0][0])


def test_a_guess_that_is_interrupted_counts(path: Path) -> None:
    with open_ledger(path) as ledger:
        guess(ledger)
    for seen in (1, 2):
        with open_ledger(path) as ledger:
            assert ledger.pin_attempts.count(ADA).total == seen
            guess(ledger)
    with open_ledger(path) as ledger:
        assert refused(ledger, NOW + 1000) == Asked(Gate.WAIT, MINUTE_MS - 1000)


def test_it_is_on_the_disk_before_the_pin_is_looked_at(path: Path) -> None:
    with FailingDisk("counted") as disk, open_ledger(path, disk.name) as ledger:
        before = disk.counts["sync"]
        guess(ledger)
        assert disk.counts["sync"] > before


def test_a_right_pin_takes_it_back_and_begins_anew(ledger: Ledger) -> None:
    guess(ledger)
    guess(ledger)
    ledger.pin_attempts.right(guess(ledger))
    assert ledger.pin_attempts.count(ADA) == PinCount(1, 1)
    assert guesses(ledger) == 2, "the others were wrong: they count against spraying"
    guess(ledger)


def test_a_guess_is_right_once(ledger: Ledger) -> None:
    begun = guess(ledger)
    ledger.pin_attempts.right(begun)
    with pytest.raises(ValueError, match="not open"):
        ledger.pin_attempts.right(begun)


def test_a_right_pin_does_not_undo_what_hq_said_meanwhile(ledger: Ledger) -> None:
    begun = guess(ledger)
    ledger.pin_attempts.learn(ADA, PinCount(1, 4, {"other:1": 3}, NOW))
    ledger.pin_attempts.right(begun)
    assert ledger.pin_attempts.count(ADA) == PinCount(1, 4, {"other:1": 3}, NOW)


def test_a_right_pin_does_not_open_what_others_have_locked(ledger: Ledger) -> None:
    begun = guess(ledger)
    ledger.pin_attempts.learn(ADA, PinCount(1, 0, {"other:1": 10}, NOW))
    ledger.pin_attempts.right(begun)
    assert refused(ledger, NOW + DAY_MS) == Asked(Gate.LOCKED, None)


def test_what_others_counted_is_added_once(ledger: Ledger) -> None:
    guess(ledger)
    told = PinCount(1, 0, {"other:1": 4, HERE: 1}, NOW)
    ledger.pin_attempts.learn(ADA, told)
    ledger.pin_attempts.learn(ADA, told)
    assert ledger.pin_attempts.count(ADA).wrong == {"other:1": 4, HERE: 1}
    assert refused(ledger).gate is Gate.WAIT


def test_a_reset_by_hq_opens(ledger: Ledger) -> None:
    ledger.pin_attempts.learn(ADA, PinCount(1, 0, {"other:1": 10}, NOW))
    assert refused(ledger).gate is Gate.LOCKED
    ledger.pin_attempts.learn(ADA, PinCount(1, 1))
    guess(ledger)
    assert ledger.pin_attempts.count(ADA).age == (1, 1)


def test_a_new_pin_begins_anew_and_an_old_count_does_not_come_back(ledger: Ledger) -> None:
    for _ in range(3):
        guess(ledger)
    guess(ledger, version=2)
    ledger.pin_attempts.learn(ADA, PinCount(1, 9, {"other:1": 9}, NOW))
    assert ledger.pin_attempts.count(ADA) == PinCount(2, 0, {HERE: 1}, NOW)


def test_without_hq_a_member_has_five_a_day(ledger: Ledger) -> None:
    for n in range(5):
        guess(ledger, NOW + n * 15 * MINUTE_MS, online=False)
    later = NOW + 90 * MINUTE_MS
    assert refused(ledger, later, online=False).gate is Gate.OFFLINE
    guess(ledger, later, online=True)
    guess(ledger, later, subject=BEN, online=False)


def test_the_whole_terminal_has_a_limit(ledger: Ledger) -> None:
    for n in range(20):
        guess(ledger, subject=f"m-{n}")
    assert refused(ledger, subject="m-99") == Asked(Gate.TERMINAL, 15 * MINUTE_MS)


def test_a_phone_that_nobody_has_looks_the_same_and_is_forgotten(ledger: Ledger) -> None:
    nobody = f"{UNKNOWN}ab12"
    for _ in range(3):
        guess(ledger, subject=nobody)
        guess(ledger, subject=ADA)
    assert refused(ledger, subject=nobody) == refused(ledger, subject=ADA)
    guess(ledger, NOW + DAY_MS, subject=BEN)
    assert ledger.pin_attempts.count(nobody) == PinCount()
    assert ledger.pin_attempts.count(ADA).total == 3, "a member's stay"
    assert guesses(ledger) == 1


def test_a_clock_that_is_put_back_by_years_does_not_lock_for_years(ledger: Ledger) -> None:
    for _ in range(3):
        guess(ledger, NOW + 999 * DAY_MS)
    assert refused(ledger, NOW) == Asked(Gate.WAIT, MINUTE_MS)
    guess(ledger, NOW + MINUTE_MS)


def test_on_a_full_disk_there_is_no_guess(path: Path) -> None:
    open_ledger(path).close()
    with FailingDisk("full", full_from(1)) as disk, open_ledger(path, disk.name) as ledger:
        with pytest.raises(StorageFull):
            ledger.pin_attempts.begin(ADA, 1, NOW, online=True)
        assert ledger.pin_attempts.count(ADA).total == 0


def test_the_audit_finds_counts_of_several_resets(path: Path) -> None:
    with open_ledger(path) as ledger:
        ledger.pin_attempts.learn(ADA, PinCount(1, 0, {"other:1": 4, HERE: 1}, NOW))
        assert audit(path) == []
        with ledger._file.transaction() as cursor:
            cursor.execute("UPDATE pin_count SET reset = 1 WHERE terminal = ?", (HERE,))
    assert audit(path) == [f"the guesses at the PIN of {ADA} are of several resets"]


def test_limits_come_from_outside(ledger: Ledger) -> None:
    strict = PinAttempts(ledger._file, HERE, PinLimits(locked=1))
    assert isinstance(strict.begin(ADA, 1, NOW, True), Guess)
    assert strict.begin(ADA, 1, NOW, True) == Asked(Gate.LOCKED, None)
