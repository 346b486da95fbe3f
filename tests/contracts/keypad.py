"""What every keypad must do."""

from __future__ import annotations

from typing import Protocol

from drivers.base import KeyPressed
from tests.contracts.driver import Bed, DriverContract, ReplugContract
from tests.contracts.recorder import Recorder

ALL_KEYS = [*"0123456789", "enter", "back", "clear"]


class KeypadBed(Bed, Protocol):
    """A finger."""

    def press(self, key: str) -> None: ...


class KeypadContract(ReplugContract, DriverContract):
    def test_every_key_is_told_in_order(self, bed: KeypadBed, told: Recorder) -> None:
        told.status("device_ready")
        for key in ALL_KEYS:
            bed.press(key)
        told.next(KeyPressed, key=ALL_KEYS[-1])
        pressed = told.all(KeyPressed)
        assert [event.key for event in pressed] == ALL_KEYS
        assert {event.device for event in pressed} == {bed.driver.device}
        assert sorted(event.at_ns for event in pressed) == [event.at_ns for event in pressed]
