"""The supervised loop: opening again, telling once, surviving bugs, closing from any state."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from drivers.base import DeviceStatus, Kind
from drivers.errors import DeviceLost
from drivers.supervised import Supervised
from tests.contracts.recorder import Recorder


class Device(Supervised):
    """Each life of the device is one function of `lives`; then it is well until it is closed."""

    kind: Kind = "scanner"

    def __init__(self, *lives: Callable[[], None]) -> None:
        super().__init__("hand", delay_s=0.001, delay_s_max=0.002)
        self._lives = list(lives)
        self._woken = threading.Event()

    def hold(self) -> None:
        if self._lives:
            self._lives.pop(0)()
        self.report("device_ready")
        self._woken.wait()

    def wake(self) -> None:
        self._woken.set()


class Counting(Device):
    """Counts its signs of life."""

    beats = 0

    def beat(self) -> None:
        super().beat()
        self.beats += 1


def lost() -> None:
    raise DeviceLost("port_lost", port="/dev/x")


def bug() -> None:
    raise ZeroDivisionError("secret")


def codes(told: Recorder) -> list[str]:
    return [status.code for status in told.all(DeviceStatus)]


def test_a_lost_device_is_opened_again_and_the_same_status_told_once() -> None:
    device, told = Device(lost, lost, lost), Recorder()
    device.start(told)
    told.status("device_ready")
    device.close()
    assert codes(told) == ["port_lost", "device_ready", "device_closed"]


def test_a_bug_is_a_status_without_its_text_and_the_device_goes_on() -> None:
    device, told = Device(bug), Recorder()
    device.start(told)
    failed = told.next(DeviceStatus)
    assert (failed.state, failed.code) == ("failed", "driver_failed")
    assert "ZeroDivisionError" in failed.sentence
    assert "secret" not in failed.sentence
    told.status("device_ready")
    device.close()


def test_a_status_that_nobody_knows_is_the_driver_s_bug_and_its_thread_goes_on() -> None:
    def lost_in_its_own_words() -> None:
        raise DeviceLost("scale_melted")

    device, told = Device(lost_in_its_own_words), Recorder()
    device.start(told)
    assert told.next(DeviceStatus).code == "driver_failed"
    told.status("device_ready")
    assert device.alive
    device.close()


def test_news_is_told_each_time() -> None:
    device, told = Device(), Recorder()
    device.start(told)
    told.status("device_ready")
    device.report_again("card_unreadable")
    device.report_again("card_unreadable")
    device.close()
    assert codes(told).count("card_unreadable") == 2


def test_a_device_that_hangs_does_not_keep_close_waiting_for_ever() -> None:
    release = threading.Event()
    device, told = Device(lambda: (None, release.wait())[0]), Recorder()
    device.start(told)
    device.close()
    told.status("device_closed")
    release.set()


def test_a_thread_that_hangs_is_left_behind_and_heard_no_more() -> None:
    release, late = threading.Event(), threading.Event()

    def hang() -> None:
        release.wait()
        device.beat()
        device.report_again("scan_noisy")
        assert device.abandoned
        assert device.closing
        late.set()

    device, told = Device(hang), Recorder()
    device.start(told)
    device.revive()
    told.status("device_ready")
    assert device.left_behind == 1
    beat_ns = device.beat_ns
    release.set()
    assert late.wait(30)
    assert device.beat_ns == beat_ns
    assert not device.closing
    device.close()
    assert codes(told) == ["device_ready", "device_closed"]
    wait_for(lambda: device.left_behind == 0)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_died_is_seen_and_another_takes_its_place() -> None:
    def die() -> None:
        raise SystemExit

    device, told = Device(die), Recorder()
    device.start(told)
    wait_for(lambda: not device.alive)
    device.revive()
    told.status("device_ready")
    assert (device.alive, device.left_behind) == (True, 0)
    device.close()
    device.revive()
    assert codes(told) == ["device_ready", "device_closed"]


def test_it_beats_while_it_waits_to_open_the_device_again() -> None:
    device, told = Counting(lost), Recorder()
    device.start(told)
    told.status("device_ready")
    device.close()
    assert device.beats > 2  # more than the one before each of the two times it was opened


def test_a_device_that_was_never_started_can_be_closed() -> None:
    device = Device()
    device.close()
    assert device.closing


def wait_for(there: Callable[[], bool]) -> None:
    tick = threading.Event()
    assert any(there() or tick.wait(0.01) for _ in range(3000))
