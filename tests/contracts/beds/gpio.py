"""A light on gpiozero's mock pins."""

from __future__ import annotations

import threading

from gpiozero import BadPinFactory
from gpiozero.pins.mock import MockFactory

from drivers.base import Pattern
from drivers.light.gpio import GpioLight
from drivers.options import GpioOptions

LIMIT_STEPS = 1000
STEP_S = 0.01


class MockPinsBed:
    """Without a board (`unplug`) there are no pins to open; pins that are open stay so."""

    def __init__(self, options: GpioOptions) -> None:
        self.options = options
        self.pins: MockFactory | None = None
        self._board = True
        self.driver = GpioLight("counter", options, self._open)

    def unplug(self) -> None:
        self._board = False

    def plug(self) -> None:
        self._board = True

    def sees(self, pattern: Pattern) -> bool:
        blue = {"blue"} if self.options.blue is not None else {"red", "green"}
        lit = {"ok": {"green"}, "busy": blue, "refused": {"red"}, "off": set()}[pattern]
        tick = threading.Event()
        return any(self.lit() == lit or tick.wait(STEP_S) for _ in range(LIMIT_STEPS))

    def lit(self) -> set[str]:
        """The colours that shine now."""
        assert self.pins is not None
        numbers = {"red": self.options.red, "green": self.options.green, "blue": self.options.blue}
        levels = {colour: self.pins.pin(number).state for colour, number in numbers.items() if number is not None}
        return {colour for colour, level in levels.items() if bool(level) == self.options.active_high}

    def close(self) -> None:
        self.driver.close()

    def _open(self) -> MockFactory:
        if not self._board:
            raise BadPinFactory("no pins on this board")
        self.pins = MockFactory()
        return self.pins
