"""What every button must do."""

from __future__ import annotations

from typing import Protocol

from drivers.base import ButtonPressed
from tests.contracts.driver import Bed, DriverContract, ReplugContract
from tests.contracts.recorder import Recorder


class ButtonBed(Bed, Protocol):
    """A finger."""

    def press(self) -> None: ...


class ButtonContract(DriverContract):
    def test_each_press_is_told_once(self, bed: ButtonBed, told: Recorder) -> None:
        told.status("device_ready")
        presses = []
        for _ in range(3):
            bed.press()
            presses.append(told.next(ButtonPressed))
        bed.driver.close()
        assert told.all(ButtonPressed) == presses
        assert {press.device for press in presses} == {bed.driver.device}
        assert presses == sorted(presses, key=lambda press: press.at_ns)


class ButtonReplugContract(ReplugContract, ButtonContract):
    """For a button whose driver can notice that it went away."""
