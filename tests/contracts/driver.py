"""What every driver must do, of whatever kind."""

from __future__ import annotations

import threading
from typing import Protocol

import pytest

from drivers.base import DeviceStatus, Driver
from tests.contracts.recorder import Recorder


class Bed(Protocol):
    """A driver that is not started yet, and the cable of its device, plugged in at first."""

    @property
    def driver(self) -> Driver: ...

    def unplug(self) -> None: ...

    def plug(self) -> None: ...


def threads_of(driver: Driver) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == f"{driver.kind}.{driver.device}"]


def wait_for_beats(driver: Driver, count: int) -> None:
    for _ in range(count):
        before = driver.beat_ns
        for _ in range(200):
            if driver.beat_ns > before:
                break
            threads_of(driver)[0].join(0.1)
        assert driver.beat_ns > before


class DriverContract:
    """Inherit, and give a `bed` fixture; `told` starts the driver and closes it."""

    @pytest.fixture
    def told(self, bed: Bed) -> object:
        recorder = Recorder()
        bed.driver.start(recorder)
        yield recorder
        bed.driver.close()

    def test_it_says_that_it_is_ready(self, bed: Bed, told: Recorder) -> None:
        ready = told.status("device_ready")
        assert (ready.kind, ready.device, ready.state) == (bed.driver.kind, bed.driver.device, "ready")
        assert ready.sentence.endswith(".")

    def test_a_device_that_is_away_at_the_start_is_found_later(self, bed: Bed) -> None:
        bed.unplug()
        told = Recorder()
        bed.driver.start(told)
        try:
            told.next(DeviceStatus, state="missing")
            bed.plug()
            told.status("device_ready")
        finally:
            bed.driver.close()

    def test_closing_ends_its_thread_and_is_the_last_it_tells(self, bed: Bed, told: Recorder) -> None:
        told.status("device_ready")
        assert threads_of(bed.driver)
        bed.driver.close()
        bed.driver.close()
        assert threads_of(bed.driver) == []
        assert [status.state for status in told.all(DeviceStatus)].count("closed") == 1
        assert told.all(DeviceStatus)[-1].code == "device_closed"

    def test_closing_needs_no_device(self, bed: Bed) -> None:
        bed.unplug()
        told = Recorder()
        bed.driver.start(told)
        bed.driver.close()
        assert threads_of(bed.driver) == []
        told.status("device_closed")

    def test_it_starts_once(self, bed: Bed, told: Recorder) -> None:
        with pytest.raises(RuntimeError, match="started before"):
            bed.driver.start(told)

    def test_it_shows_signs_of_life(self, bed: Bed, told: Recorder) -> None:
        told.status("device_ready")
        wait_for_beats(bed.driver, 1)


class ReplugContract:
    """For a device whose driver can notice that it went away; inherit beside the contract of its kind."""

    def test_an_unplugged_device_is_missing_with_a_sentence_and_comes_back(self, bed: Bed, told: Recorder) -> None:
        told.status("device_ready")
        for _ in range(2):
            bed.unplug()
            away = told.next(DeviceStatus)
            assert away.state == "missing"
            assert "Sales go on" in away.sentence or "meanwhile" in away.sentence
            bed.plug()
            told.status("device_ready")
