"""A light on GPIO pins: one RGB light, or single lights in red, green and perhaps blue."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from types import MappingProxyType

from gpiozero import LED

from drivers.base import Pattern
from drivers.gpio_pins import Pins, lgpio_pins, opened
from drivers.light.light import Light
from drivers.options import GpioOptions

BLINK_S = 0.15
# pattern: the colours that are on; without a blue pin, blue is red and green
COLOURS: Mapping[Pattern, tuple[str, ...]] = MappingProxyType(
    {"ok": ("green",), "busy": ("blue",), "refused": ("red",), "off": ()}
)


class GpioLight(Light):
    """Steady green for ok, steady blue for busy; refused is red and blinks, for who cannot tell red from green."""

    def __init__(self, device: str, options: GpioOptions, pins: Pins = lgpio_pins) -> None:
        super().__init__(device)
        self._options = options
        self._pins = pins
        self._leds: dict[str, LED] = {}

    def hold(self) -> None:
        options = self._options
        numbers = {"red": options.red, "green": options.green, "blue": options.blue}
        with opened(self._pins) as pins, ExitStack() as stack:
            self._leds = {
                colour: stack.enter_context(LED(number, active_high=options.active_high, pin_factory=pins))
                for colour, number in numbers.items()
                if number is not None
            }
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
