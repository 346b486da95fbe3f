"""Opening and holding: each failure is a status."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from drivers.errors import DeviceLost
from drivers.evdev.codes import EV_KEY
from drivers.evdev.held import HeldInput, listed, open_input, refused
from drivers.evdev.identity import Wanted
from drivers.evdev.strokes import InputEvent
from tests.contracts.beds.fifo import EventFifo

WANTED = Wanted("/dev/input/by-id/usb-hand-event-kbd")


class Broken(EventFifo):
    """A device whose reading fails as a removed device's does."""

    def read(self) -> Iterator[object]:
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "event0")
    return tmp_path / "event0"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.EBUSY, "input_busy"),
        (errno.ENODEV, "input_absent"),
        (errno.ENOENT, "input_absent"),
        (errno.EACCES, "input_refused"),
        (errno.ENOTTY, "input_refused"),
    ],
)
def test_why_a_device_could_not_be_had(number: int, code: str) -> None:
    lost = refused(OSError(number, os.strerror(number)), WANTED)
    assert lost.code == code
    assert lost.params["input"] == WANTED.path
    assert ("reason" in lost.params) == (code == "input_refused")


def test_a_path_that_is_not_there_is_absent(tmp_path: Path) -> None:
    with pytest.raises(DeviceLost) as caught:
        open_input(Wanted(str(tmp_path / "event9")))
    assert caught.value.code == "input_absent"


def test_a_file_that_is_no_device_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "event9").write_text("a file")
    with pytest.raises(DeviceLost) as caught:
        open_input(Wanted(str(tmp_path / "event9")))
    assert (caught.value.code, caught.value.params["reason"]) == ("input_refused", os.strerror(errno.ENOTTY))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "event1").write_text("")
    return tmp_path / "event1"


class Keyboard:
    """What evdev opens: each time it is opened the next one of `serials` is there, as after a replug."""

    def __init__(self, serials: list[str], leds: Callable[[], list[int]] = list) -> None:
        self.serials, self.leds = serials, leds
        self.grabbed = self.open = 0

    def __call__(self, path: str) -> Any:
        self.fd = os.open(path, os.O_RDONLY)
        self.uniq, self.phys, self.name = self.serials.pop(0), "usb-1-1/input0", "Keyboard"
        self.info = SimpleNamespace(vendor=1, product=2)
        self.open += 1
        return self

    def capabilities(self, absinfo: bool) -> dict[int, list[int]]:
        return {EV_KEY: list(range(2, 12))}

    def grab(self) -> None:
        self.grabbed += 1

    def close(self) -> None:
        os.close(self.fd)
        self.open -= 1


def test_a_device_is_grabbed_and_has_its_identity(file: Path) -> None:
    keyboard = Keyboard(["A", "A"])
    held = open_input(Wanted(str(file)), keyboard)
    assert (held.identity.serial, held.caps, keyboard.grabbed) == ("A", False, 1)
    held.close()
    assert keyboard.open == 0


def test_a_device_that_took_the_others_name_before_it_was_opened_is_not_taken_for_it(file: Path) -> None:
    keyboard = Keyboard(["A", "B"])
    with pytest.raises(DeviceLost) as caught:
        open_input(Wanted(str(file)), keyboard)
    assert (caught.value.code, keyboard.grabbed, keyboard.open) == ("input_absent", 1, 0)


def unplugged() -> list[int]:
    raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))


def test_a_device_that_is_unplugged_while_it_is_opened_is_absent_and_closed(file: Path) -> None:
    keyboard = Keyboard(["A", "A"], unplugged)
    with pytest.raises(DeviceLost) as caught:
        open_input(Wanted(str(file)), keyboard)
    assert (caught.value.code, keyboard.grabbed, keyboard.open) == ("input_absent", 1, 0)


def test_devices_of_which_none_may_be_read_are_refused_and_not_absent(tmp_path: Path) -> None:
    assert listed(str(tmp_path)) == []
    assert listed(str(tmp_path / "no folder")) == []
    (tmp_path / "event0").write_text("not a device that may be read")
    with pytest.raises(PermissionError) as caught:
        listed(str(tmp_path))
    assert refused(caught.value, WANTED).code == "input_refused"


def test_events_come_as_they_were_and_silence_is_empty(path: Path) -> None:
    end = os.open(path, os.O_RDWR)
    held = HeldInput(EventFifo(path), "hand")
    assert held.events(0) == []
    os.write(end, (7).to_bytes(8, "little") + (5).to_bytes(8, "little") + b"\1\0\x1e\0\1\0\0\0")
    assert held.events(1) == [InputEvent(1, 30, 1, 7_000_005)]
    os.close(end)
    with pytest.raises(DeviceLost, match="input_lost"):
        held.events(1)
    held.close()
    held.close()


def test_a_device_that_was_removed_is_lost(path: Path) -> None:
    end = os.open(path, os.O_RDWR)
    os.write(end, bytes(24))
    held = HeldInput(Broken(path), "hand")
    with pytest.raises(DeviceLost) as caught:
        held.events(1)
    assert (caught.value.code, caught.value.params) == ("input_lost", {"input": "hand"})
    held.close()
    os.close(end)
