"""A drawer, a buzzer and a button on gpiozero's mock pins."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable

from gpiozero import BadPinFactory
from gpiozero.pins.mock import MockFactory

from drivers.base import Driver, Tune
from drivers.button.gpio import GpioButton
from drivers.buzzer.gpio import GpioBuzzer
from drivers.buzzer.tunes import TUNES
from drivers.drawer.gpio import GpioDrawer
from drivers.gpio_pins import Pins
from drivers.options import GpioButtonOptions, GpioBuzzerOptions, GpioDrawerOptions

LIMIT_STEPS, STEP_S = 1000, 0.01


class PinBed:
    """One driver on one pin. Without a board (`unplug`) there are no pins to open; pins that are open stay so."""

    def __init__(self, make: Callable[[Pins], Driver], number: int, active_high: bool = True) -> None:
        self.number, self.active_high = number, active_high
        self.pins: MockFactory | None = None
        self._board = True
        self.driver = make(self._open)

    def unplug(self) -> None:
        self._board = False

    def plug(self) -> None:
        self._board = True

    def close(self) -> None:
        self.driver.close()

    def on(self) -> bool:
        """Whether current flows now; a pin that was given back is without."""
        assert self.pins is not None
        pin = self.pins.pin(self.number)
        return bool(pin.function == "output" and bool(pin.state) == self.active_high)

    def pulses(self) -> int:
        """How often the pin was switched on so far."""
        assert self.pins is not None
        states = [bool(state.state) == self.active_high for state in self.pins.pin(self.number).states]
        return sum(now and not before for before, now in itertools.pairwise(states))

    def wait(self, true: Callable[[], bool]) -> bool:
        tick = threading.Event()
        return any(true() or tick.wait(STEP_S) for _ in range(LIMIT_STEPS))

    def _open(self) -> MockFactory:
        if not self._board:
            raise BadPinFactory("no pins on this board")
        self.pins = MockFactory()
        return self.pins


class DrawerPinBed(PinBed):
    def __init__(self, active_high: bool = True) -> None:
        options = GpioDrawerOptions(pin=23, pulse_ms=20, active_high=active_high)
        super().__init__(lambda pins: GpioDrawer("counter", options, pins), 23, active_high)

    def sprang_open(self, times: int) -> bool:
        return self.wait(lambda: self.pulses() == times and not self.on())

    def opened(self) -> int:
        return self.pulses() if self.pins is not None else 0


class BuzzerPinBed(PinBed):
    def __init__(self, active_high: bool = True) -> None:
        options = GpioBuzzerOptions(pin=24, active_high=active_high)
        super().__init__(lambda pins: GpioBuzzer("counter", options, pins), 24, active_high)

    def heard(self, tune: Tune) -> bool:
        return self.wait(lambda: self.pulses() == len(TUNES[tune][::2]) and not self.on())

    def silent(self) -> bool:
        return self.pins is None or not self.on()


class ButtonPinBed(PinBed):
    def __init__(self, pull: str = "up") -> None:
        options = GpioButtonOptions.model_validate({"pin": 25, "pull": pull, "quiet_ms": 1})
        super().__init__(lambda pins: GpioButton("counter", options, pins), 25)
        self._pull = pull

    def press(self) -> None:
        """Down and up within microseconds, after the contacts were still for a while."""
        threading.Event().wait(0.003)
        assert self.pins is not None
        pin = self.pins.pin(self.number)
        down, up = (pin.drive_low, pin.drive_high) if self._pull == "up" else (pin.drive_high, pin.drive_low)
        down()
        up()
