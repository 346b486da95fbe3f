"""A light on GPIO pins: one RGB light, or single lights in red, green and perhaps blue."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from types import MappingProxyType
from typing import Any

from gpiozero import LED, BadPinFactory, GPIOZeroError, PinUnknownPi

from drivers.base import Pattern
from drivers.errors import DeviceLost
from drivers.light.light import Light
from drivers.options import GpioOptions

BLINK_S = 0.15
# pattern: the colours that are on; without a blue pin, blue is red and green
COLOURS: Mapping[Pattern, tuple[str, ...]] = MappingProxyType(
    {"ok": ("green",), "busy": ("blue",), "refused": ("red",), "off": ()}
)


def lgpio_pins() -> Any:
    """The pins of this machine. Raises BadPinFactory and its kin where there are none."""
    lgpio = _lgpio()
    from gpiozero.pins.lgpio import LGPIOFactory

    try:
        return LGPIOFactory()
    except lgpio.error as error:
        raise BadPinFactory(str(error)) from error


def _board_errors() -> tuple[type[Exception], ...]:
    """What a board's library raises for a pin that is taken or does not exist."""
    return GPIOZeroError, _lgpio().error


def _lgpio() -> Any:
    """The library, imported late: it leaves a file in its working directory, which must be named before."""
    os.environ.setdefault("LG_WD", tempfile.gettempdir())
    import lgpio

    return lgpio


class GpioLight(Light):
    """Steady green for ok, steady blue for busy; refused is red and blinks, for who cannot tell red from green."""

    def __init__(self, device: str, options: GpioOptions, pins: Callable[[], Any] = lgpio_pins) -> None:
        super().__init__(device)
        self._options = options
        self._pins = pins
        self._leds: dict[str, LED] = {}

    def hold(self) -> None:
        with ExitStack() as stack:
            self._open(stack)
            self.draw_until_closed()

    def draw(self, pattern: Pattern) -> None:
        lit = self._colours(pattern)
        for colour, led in self._leds.items():
            if colour not in lit:
                led.off()
            elif pattern == "refused":
                led.blink(BLINK_S, BLINK_S)
            else:
                led.on()

    def _colours(self, pattern: Pattern) -> set[str]:
        lit = set(COLOURS[pattern])
        return {"red", "green"} if lit == {"blue"} and "blue" not in self._leds else lit

    def _open(self, stack: ExitStack) -> None:
        options = self._options
        numbers = {"red": options.red, "green": options.green, "blue": options.blue}
        try:
            pins = self._pins()
            stack.callback(pins.close)
            self._leds = {
                colour: stack.enter_context(LED(number, active_high=options.active_high, pin_factory=pins))
                for colour, number in numbers.items()
                if number is not None
            }
        except (BadPinFactory, PinUnknownPi, ImportError) as error:
            raise DeviceLost("pins_absent", reason=str(error)) from error
        except _board_errors() as error:
            raise DeviceLost("pins_refused", reason=str(error)) from error
