"""The clock's notes in the ledger: what it counted is there after a power cut, and the ledger stops spending by it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from terminal.clock_keeper import NOTE, SAVE_EVERY_MS, ClockKeeper, Machine
from terminal.errors import SpendingStopped
from tests.terminal.store.material import NOON_MS, append, grants, open_ledger

DAY_MS = 24 * 3600 * 1000
MONTH_MS = 30 * DAY_MS


@dataclass
class Clocks:
    """A machine that can be switched off, and whose wall clock can jump."""

    wall_ms: int = NOON_MS
    monotonic_ms: int = 0
    boot: int = 1

    def machine(self) -> Machine:
        return Machine(lambda: self.wall_ms, lambda: self.monotonic_ms, lambda: f"boot-{self.boot}")

    def pass_time(self, keeper: ClockKeeper, ms: int) -> None:
        """The idle till ticks now and then."""
        for _ in range(ms // SAVE_EVERY_MS):
            self.wall_ms += SAVE_EVERY_MS
            self.monotonic_ms += SAVE_EVERY_MS
            keeper.tick()

    def reboot(self) -> None:
        self.boot, self.monotonic_ms = self.boot + 1, 0


@pytest.mark.parametrize("jump", [365 * DAY_MS, -365 * DAY_MS, 20 * DAY_MS])
def test_leases_can_be_spent_for_thirty_days_of_counted_time_and_no_longer(tmp_path: Path, jump: int) -> None:
    """Rebooted every night, offline, with a clock that jumps: neither earlier nor later (Leases 4)."""
    clocks, path = Clocks(), tmp_path / "ledger.db"
    with open_ledger(path) as ledger:
        keeper = ClockKeeper(ledger, clocks.machine())
        keeper.anchor(NOON_MS)
        ledger.note_spend_until(NOON_MS + MONTH_MS)
        ledger.apply_grants(grants(1000))
    for day in range(31):
        clocks.reboot()
        with open_ledger(path) as ledger:
            keeper = ClockKeeper(ledger, clocks.machine())
            clocks.wall_ms += jump
            at_ms, quality = keeper.clock.now().utc_ms, keeper.clock.now().quality
            if not ledger.spending_stopped(at_ms):
                append(ledger, draw={"g-1": 1}, at_ms=at_ms, clock=quality)
            keeper.tick()
            clocks.pass_time(keeper, DAY_MS + SAVE_EVERY_MS)
            stopped_after = day + 1
            assert ledger.spending_stopped(at_ms) == (keeper.clock.surely_ms() > NOON_MS + MONTH_MS)
            if ledger.spending_stopped(at_ms):
                break
    assert stopped_after == 30, "30 days and a few minutes of counted time"
    with open_ledger(path) as ledger:
        ClockKeeper(ledger, clocks.machine())
        with pytest.raises(SpendingStopped):
            append(ledger, draw={"g-1": 1}, at_ms=NOON_MS)
        append(ledger, earn=5)


def test_a_till_that_trusts_the_wall_would_stop_at_once(tmp_path: Path) -> None:
    """The control: without the counted time a jump of a year ends spending."""
    with open_ledger(tmp_path / "ledger.db") as ledger:
        ledger.note_spend_until(NOON_MS + MONTH_MS)
        ledger.apply_grants(grants(1000))
        with pytest.raises(SpendingStopped):
            append(ledger, draw={"g-1": 1}, at_ms=NOON_MS + 365 * DAY_MS)
        clocks = Clocks()
        ClockKeeper(ledger, clocks.machine()).anchor(NOON_MS)
        append(ledger, draw={"g-1": 1}, at_ms=NOON_MS + 365 * DAY_MS)


def test_the_time_is_noted_every_ten_minutes_to_spare_the_disk(tmp_path: Path) -> None:
    clocks = Clocks()
    with open_ledger(tmp_path / "ledger.db") as ledger:
        keeper = ClockKeeper(ledger, clocks.machine())
        keeper.tick()
        assert ledger.noted(NOTE) is None, "nothing is known yet"
        keeper.anchor(NOON_MS)
        first = ledger.noted(NOTE)
        clocks.monotonic_ms += SAVE_EVERY_MS - 1
        keeper.tick()
        keeper.anchor(NOON_MS + SAVE_EVERY_MS - 1)
        assert ledger.noted(NOTE) == first
        clocks.monotonic_ms += 1
        keeper.tick()
        noted = ledger.noted(NOTE)
        assert noted is not None
        assert noted["utc_ms"] == NOON_MS + SAVE_EVERY_MS


def test_this_machine_has_clocks_and_a_boot(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.db") as ledger:
        keeper = ClockKeeper(ledger)
        assert keeper.clock.now().utc_ms > NOON_MS - 10**12
        assert ledger.spending_stopped(0), "HQ has not said anything"
