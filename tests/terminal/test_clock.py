"""The terminal's clock: HQ's time first, the machine's while it can be right, never a jump that nobody confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from protocol.operation import ClockQuality
from terminal.clock import DAY_MS, LONGEST_OFF_MS, TOLERANCE_MS, ClockReading, TerminalClock

NOON = 1_790_000_000_000
YEAR_MS = 365 * 24 * 3600 * 1000
TRUSTED, HELD, UNKNOWN = ClockQuality.TRUSTED, ClockQuality.HELD, ClockQuality.UNKNOWN


@dataclass
class Machine:
    """A wall clock that may be wrong and a monotonic one that starts with the boot."""

    wall_ms: int = NOON
    monotonic_ms: int = 5000

    def pass_time(self, ms: int) -> None:
        self.wall_ms += ms
        self.monotonic_ms += ms

    def clock(self, boot: str = "a", saved: dict[str, Any] | None = None, floor_ms: int = 0) -> TerminalClock:
        return TerminalClock(lambda: self.wall_ms, lambda: self.monotonic_ms, boot, saved, floor_ms)


def saved_at(utc_ms: int, boot: str = "before") -> dict[str, Any]:
    return {"utc_ms": utc_ms, "boot": boot, "anchor": {"utc_ms": utc_ms, "monotonic_ms": 0}}


def test_a_new_terminal_knows_no_time() -> None:
    assert Machine().clock().now() == ClockReading(NOON, UNKNOWN)


def test_after_a_contact_the_clock_is_trusted() -> None:
    machine = Machine()
    clock = machine.clock()
    clock.anchor(NOON + 300)
    machine.pass_time(60_000)
    assert clock.now() == ClockReading(NOON + 60_000, TRUSTED), "the machine's clock agrees, so it is used"


@pytest.mark.parametrize("wrong", [YEAR_MS, -YEAR_MS, TOLERANCE_MS + 1, -TOLERANCE_MS - 1])
def test_a_clock_that_hq_contradicts_is_not_used(wrong: int) -> None:
    machine = Machine(wall_ms=NOON + wrong)
    clock = machine.clock()
    clock.anchor(NOON)
    machine.pass_time(10_000)
    assert clock.now() == ClockReading(NOON + 10_000, TRUSTED, wrong)


def test_a_jump_after_the_contact_is_not_followed() -> None:
    machine = Machine()
    clock = machine.clock()
    clock.anchor(NOON)
    machine.wall_ms += YEAR_MS
    machine.pass_time(5)
    assert clock.now() == ClockReading(NOON + 5, TRUSTED, YEAR_MS)


def test_an_anchor_from_a_moment_ago() -> None:
    machine = Machine(wall_ms=0)
    clock = machine.clock()
    clock.anchor(NOON, machine.monotonic_ms - 700)
    assert clock.now().utc_ms == NOON + 700


def test_a_restart_of_the_service_keeps_the_anchor_of_this_boot() -> None:
    machine = Machine(wall_ms=NOON + YEAR_MS)
    clock = machine.clock()
    clock.anchor(NOON)
    state = clock.state()
    machine.pass_time(1000)
    assert machine.clock(saved=state).now() == ClockReading(NOON + 1000, TRUSTED, YEAR_MS)
    assert machine.clock(boot="b", saved=state).now().quality is UNKNOWN, "another boot, another monotonic time"


def test_a_reboot_offline_with_a_good_battery_clock_is_held() -> None:
    machine = Machine(wall_ms=NOON + 3600_000)
    assert machine.clock(saved=saved_at(NOON)).now() == ClockReading(NOON + 3600_000, HELD)
    machine.wall_ms = NOON - 1000
    assert machine.clock(saved=saved_at(NOON)).now().quality is HELD, "a second back is no wrong clock"


@pytest.mark.parametrize("wrong", [-YEAR_MS, YEAR_MS, -TOLERANCE_MS - 1, LONGEST_OFF_MS + 1])
def test_a_reboot_offline_with_a_wrong_clock_goes_on_from_the_saved_time(wrong: int) -> None:
    """Neither does spending end nor do the 30 days pass by a jump that nobody confirmed (sync.md, rule 4)."""
    machine = Machine(wall_ms=NOON + wrong)
    clock = machine.clock(saved=saved_at(NOON))
    assert clock.now() == ClockReading(NOON, UNKNOWN, wrong)
    machine.pass_time(2 * 24 * 3600 * 1000)
    assert clock.now() == ClockReading(NOON + 2 * 24 * 3600 * 1000, UNKNOWN, wrong)
    assert clock.state()["utc_ms"] == NOON + 2 * 24 * 3600 * 1000, "dark time is counted across boots"


def test_the_newest_operation_is_a_floor_too() -> None:
    machine = Machine(wall_ms=NOON - YEAR_MS)
    assert machine.clock(saved=saved_at(NOON - 10), floor_ms=NOON).now() == ClockReading(NOON, UNKNOWN, -YEAR_MS)


def test_contact_heals_an_unknown_clock() -> None:
    machine = Machine(wall_ms=NOON - YEAR_MS)
    clock = machine.clock(saved=saved_at(NOON))
    clock.anchor(NOON + 50)
    assert clock.now() == ClockReading(NOON + 50, TRUSTED, -YEAR_MS - 50)


@dataclass
class Shop:
    """A terminal whose machine is switched off and on: its notes survive, its clock may not."""

    machine: Machine
    saved: dict[str, Any] | None = None
    boots: int = 0

    def boot(self) -> TerminalClock:
        self.boots += 1
        self.machine.monotonic_ms = 5000
        return self.machine.clock(f"boot-{self.boots}", self.saved)

    def run(self, clock: TerminalClock, ms: int) -> None:
        """So much time passes with the machine on, and at its end the clock's state is noted."""
        self.machine.pass_time(ms)
        self.saved = clock.state()


WEEK_MS = 7 * DAY_MS
JUMPS = pytest.mark.parametrize("jump", [YEAR_MS, -YEAR_MS, 29 * DAY_MS, -29 * DAY_MS, 0], ids=str)


@JUMPS
def test_dark_time_is_what_the_machine_counted_over_every_boot(jump: int) -> None:
    """No jump ends spending, and none puts the end off (Leases 4)."""
    shop = Shop(Machine())
    clock = shop.boot()
    clock.anchor(NOON)
    shop.run(clock, DAY_MS)
    for day in range(2, 41):
        shop.machine.wall_ms += jump
        clock = shop.boot()
        shop.run(clock, DAY_MS)
        assert clock.dark_ms() == day * DAY_MS
        assert clock.surely_ms() == NOON + day * DAY_MS
        assert clock.now().dark_days == day


@JUMPS
def test_a_week_without_power_is_not_counted_and_never_guessed(jump: int) -> None:
    """A battery clock that kept its time says when a sale was; it does not say how long the leases may be spent."""
    shop = Shop(Machine())
    clock = shop.boot()
    clock.anchor(NOON)
    shop.run(clock, DAY_MS)
    shop.machine.wall_ms += WEEK_MS + jump
    clock = shop.boot()
    assert clock.dark_ms() == DAY_MS
    believed = 0 <= WEEK_MS + jump <= LONGEST_OFF_MS
    assert clock.now().quality is (HELD if believed else UNKNOWN)
    assert clock.now().utc_ms == NOON + DAY_MS + (WEEK_MS + jump if believed else 0)


def test_a_dead_battery_clock_goes_on_from_what_was_counted() -> None:
    """Power off for a week, and the machine wakes up in the year 2000: dark time goes on, dates go on from there."""
    shop = Shop(Machine())
    clock = shop.boot()
    clock.anchor(NOON)
    shop.run(clock, 3 * DAY_MS)
    shop.machine.wall_ms = 946_684_800_000
    clock = shop.boot()
    reading = clock.now()
    assert (reading.utc_ms, reading.quality, reading.dark_days) == (NOON + 3 * DAY_MS, UNKNOWN, 3)
    shop.run(clock, 5 * DAY_MS)
    assert shop.boot().now().dark_days == 8


def test_jumps_that_could_each_be_true_do_not_add_up() -> None:
    """Each boot the machine says 20 days more: believed once at most, since what was believed is never a floor."""
    shop = Shop(Machine())
    clock = shop.boot()
    clock.anchor(NOON)
    shop.run(clock, 1000)
    for _ in range(5):
        shop.machine.wall_ms += 20 * DAY_MS
        clock = shop.boot()
        shop.run(clock, 1000)
    assert clock.now().quality is UNKNOWN
    assert clock.now().utc_ms == NOON + 6000


def test_a_restart_of_the_service_counts_the_time_in_between() -> None:
    """Monotonic time goes on in the same boot, so nothing of it is lost."""
    machine = Machine(wall_ms=NOON - YEAR_MS)
    clock = machine.clock("b", saved_at(NOON))
    state = clock.state()
    machine.pass_time(3 * DAY_MS)
    assert machine.clock("b", state).surely_ms() == NOON + 3 * DAY_MS
    assert machine.clock("c", state).surely_ms() == NOON, "another boot: who knows"


def test_a_state_of_an_older_release_is_read() -> None:
    machine = Machine()
    clock = machine.clock(saved=saved_at(NOON - DAY_MS))
    assert clock.dark_ms() == 0, "what it counted since is not known"
    assert clock.surely_ms() == NOON - DAY_MS


def test_contact_ends_the_dark() -> None:
    machine = Machine()
    clock = machine.clock(saved=saved_at(NOON - DAY_MS))
    machine.pass_time(8 * DAY_MS)
    assert (clock.now().dark_days, clock.now().leases_only) == (8, True)
    clock.anchor(NOON + 8 * DAY_MS)
    assert (clock.now().dark_days, clock.now().leases_only) == (0, False)


def test_over_seven_days_only_what_was_leased() -> None:
    """Leases 8."""
    machine = Machine()
    clock = machine.clock()
    assert not clock.now().leases_only, "HQ was never heard: nothing was leased either"
    clock.anchor(NOON)
    machine.pass_time(WEEK_MS)
    assert not clock.now().leases_only
    machine.pass_time(1)
    assert clock.now().leases_only


def test_before_hq_was_ever_heard_no_time_has_surely_passed() -> None:
    machine = Machine()
    clock = machine.clock()
    assert clock.surely_ms() == NOON, "the machine's, for want of another"
    machine.pass_time(1000)
    state = clock.state()
    assert (state["utc_ms"], clock.dark_ms()) == (0, None)
    assert machine.clock("next", state).now() == ClockReading(NOON + 1000, UNKNOWN)
