"""Drivers that hang and threads that die: noticed, told, and begun anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from drivers.base import Emit, Kind
from drivers.status import status
from terminal.devices.outbound import Outbound
from terminal.devices.watch import HOPELESS_LOOKS, LEFT_BEHIND_MAX, LOOK_NS, SECONDS, STILL_LOOKS, Watch, rest_s

READY = status("card_reader", "counter", "device_ready")
HUNG = status("card_reader", "counter", "driver_hung", seconds=SECONDS)


class Still:
    """A driver whose beat is set by hand."""

    kind: Kind = "card_reader"
    device = "counter"

    def __init__(self) -> None:
        self.beat_ns = 0

    def start(self, emit: Emit) -> None:
        emit(READY)

    def close(self) -> None:
        """Nothing to let go."""


class Lively(Still):
    """One that can be begun anew; each new thread beats once, and `works` says whether it goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.alive, self.left_behind, self.revived = True, 0, 0

    def revive(self) -> None:
        self.left_behind += self.alive
        self.alive = True
        self.revived += 1
        self.beat_ns += 1


def watched(driver: Still) -> tuple[Watch, Outbound]:
    outbound = Outbound(lambda: None)
    driver.start(outbound.put)
    watch = Watch([driver], outbound)
    assert watch.look()
    return watch, outbound


def looks(watch: Watch, count: int) -> bool:
    """Look `count` times; whether all was well each time."""
    well = [watch.look() for _ in range(count)]
    return all(well)


def test_silence_is_noticed_within_two_seconds_and_a_beat_a_second_is_none() -> None:
    assert (STILL_LOOKS + 1) * LOOK_NS <= 2_000_000_000
    assert (STILL_LOOKS - 1) * LOOK_NS > 1_000_000_000


def test_a_driver_that_hangs_is_told_and_begun_anew() -> None:
    driver = Lively()
    watch, outbound = watched(driver)
    assert looks(watch, STILL_LOOKS - 1)
    assert (driver.revived, outbound.status("card_reader", "counter")) == (0, READY)
    assert watch.look()
    assert (driver.revived, outbound.status("card_reader", "counter")) == (0, HUNG), "told first"
    assert looks(watch, 2)
    assert (driver.revived, outbound.status("card_reader", "counter")) == (1, HUNG)
    assert outbound.status("card_reader", "counter") == HUNG, "only the driver can say that it is ready again"


def test_without_looking_nothing_is_told() -> None:
    """The control: a driver cannot say that it hangs."""
    driver = Lively()
    _, outbound = watched(driver)
    assert (driver.revived, outbound.status("card_reader", "counter")) == (0, READY)


def test_a_driver_that_beats_is_left_alone() -> None:
    driver = Lively()
    watch, outbound = watched(driver)
    for _ in range(200):
        driver.beat_ns += 1
        assert looks(watch, STILL_LOOKS - 1)
    assert (driver.revived, outbound.status("card_reader", "counter")) == (0, READY)


def test_a_dead_thread_is_noticed_at_the_next_look() -> None:
    driver = Lively()
    watch, outbound = watched(driver)
    driver.alive = False
    assert watch.look()
    failed = outbound.status("card_reader", "counter")
    assert failed is not None
    assert (failed.code, failed.params) == ("driver_failed", {"reason": "its thread ended"})
    assert watch.look()
    assert (driver.alive, driver.revived, driver.left_behind) == (True, 1, 0)


def test_one_that_hangs_again_and_again_gets_more_time_and_at_last_a_new_process() -> None:
    driver = Lively()
    watch, outbound = watched(driver)
    between, last, well = [], 0, True
    for number in range(1, 10_000):
        before = driver.revived
        well = watch.look()
        if driver.revived > before:
            between.append(number - last)
            last = number
        if not well:
            break
    assert not well
    assert driver.revived == LEFT_BEHIND_MAX
    assert between == sorted(between)
    assert between[1] > between[0]
    assert outbound.take(0) == [HUNG], "and it is told once"
    driver.left_behind = 0
    assert watch.look(), "as soon as the calls return it goes on"


def test_one_that_lived_long_enough_gets_no_more_time_than_at_first() -> None:
    driver = Lively()
    watch, _ = watched(driver)
    for time in (1, 2):
        looks(watch, STILL_LOOKS + 1)
        assert driver.revived == time
        for _ in range(3 * STILL_LOOKS):
            driver.beat_ns += 1
            watch.look()


def test_one_that_goes_on_by_itself_gets_its_status_back() -> None:
    """It hangs a second time, is given more time, and uses it."""
    driver = Lively()
    watch, outbound = watched(driver)
    looks(watch, STILL_LOOKS + 1)
    outbound.put(READY)
    watch.look()
    looks(watch, STILL_LOOKS)
    assert (driver.revived, outbound.status("card_reader", "counter")) == (1, HUNG)
    driver.beat_ns += 1
    watch.look()
    assert outbound.status("card_reader", "counter") == READY


def test_a_driver_that_cannot_be_begun_anew_is_hung_until_it_beats_again() -> None:
    driver = Still()
    watch, outbound = watched(driver)
    assert looks(watch, HOPELESS_LOOKS - 1)
    assert outbound.status("card_reader", "counter") == HUNG
    assert not watch.look()
    driver.beat_ns = 1
    assert watch.look()
    assert outbound.status("card_reader", "counter") == READY


def test_what_the_driver_says_itself_counts_more() -> None:
    driver = Still()
    watch, outbound = watched(driver)
    looks(watch, STILL_LOOKS)
    driver.beat_ns = 1
    outbound.put(status("card_reader", "counter", "pcscd_absent"))
    watch.look()
    assert outbound.status("card_reader", "counter") == status("card_reader", "counter", "pcscd_absent")


class Without(Still):
    """As a plug-in may be: it cannot be a key."""

    __hash__ = None  # type: ignore[assignment]  # as a plug-in might


def test_a_driver_that_has_no_hash_is_looked_at_like_others() -> None:
    watch, outbound = watched(Without())
    looks(watch, STILL_LOOKS)
    assert outbound.status("card_reader", "counter") == HUNG


class Broken(Lively):
    """Its beat cannot be had while `bug` is set, and it cannot be begun anew."""

    bug = False

    def __getattribute__(self, name: str) -> object:
        if name == "beat_ns" and object.__getattribute__(self, "bug"):
            raise RuntimeError(name)
        return object.__getattribute__(self, name)

    def revive(self) -> None:
        raise RuntimeError("revive")


def failed(watch: Watch, outbound: Outbound) -> bool:
    """Whether a look goes well for the process, and the driver is told as failed."""
    well = watch.look()
    now = outbound.status("card_reader", "counter")
    return well and now is not None and (now.code, now.params) == ("driver_failed", {"reason": "RuntimeError"})


def test_a_driver_with_a_bug_is_told_once_takes_nobody_along_and_may_be_well_again() -> None:
    driver = Broken()
    watch, outbound = watched(driver)
    outbound.take(0)
    driver.bug = True
    assert all(failed(watch, outbound) for _ in range(HOPELESS_LOOKS))
    assert len(outbound.take(0)) == 1
    assert failed(watch, outbound)
    assert outbound.take(0) == []
    driver.bug = False
    driver.beat_ns += 1
    assert watch.look()
    assert outbound.status("card_reader", "counter") == READY


def test_a_driver_that_fails_when_it_is_begun_anew_takes_nobody_along() -> None:
    driver = Broken()
    watch, _ = watched(driver)
    driver.alive = False
    assert looks(watch, 3)


def noticed_ns(events_ns: int, wait_ns: Callable[[int, int], int]) -> int:
    """When a loop that is woken every `events_ns` has looked often enough to notice that a driver hangs."""
    now_ns = looked_ns = looks = 0
    while looks <= STILL_LOOKS:
        to_event_ns = events_ns - now_ns % events_ns
        now_ns += min(to_event_ns, wait_ns(now_ns, looked_ns))
        if now_ns - looked_ns >= LOOK_NS:
            looked_ns, looks = now_ns, looks + 1
    return now_ns


def until_the_look_ns(now_ns: int, looked_ns: int) -> int:
    return round(rest_s(now_ns, looked_ns) * 1_000_000_000)


EVENTS_NS = (100_000_000_000, 249_000_000, 240_000_000, 200_000_000, 130_000_000, 126_000_000, 7_000_000)


@pytest.mark.parametrize("events_ns", EVENTS_NS)
def test_silence_is_noticed_within_two_seconds_while_events_come(events_ns: int) -> None:
    assert noticed_ns(events_ns, until_the_look_ns) <= 2_000_000_000


def test_a_loop_that_waits_as_long_after_each_event_notices_it_too_late() -> None:
    """The control."""
    assert max(noticed_ns(events_ns, lambda *_: LOOK_NS) for events_ns in EVENTS_NS) > 2_000_000_000


def test_a_look_that_is_overdue_is_not_waited_for_and_no_wait_is_longer_than_one() -> None:
    assert rest_s(10 * LOOK_NS, 0) == 0
    assert rest_s(0, 10 * LOOK_NS) == LOOK_NS / 1_000_000_000
