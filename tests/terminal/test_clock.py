"""The terminal's clock: HQ's time first, the machine's while it can be right, never a jump that nobody confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from protocol.operation import ClockQuality
from terminal.clock import LONGEST_OFF_MS, TOLERANCE_MS, ClockReading, TerminalClock

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
