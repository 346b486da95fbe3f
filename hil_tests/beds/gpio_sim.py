"""A light on the lines of a simulated GPIO chip: gpiozero, lgpio and the kernel's GPIO code are real."""

from __future__ import annotations

import threading
from pathlib import Path

from drivers.base import Pattern
from drivers.light.gpio import GpioLight
from drivers.options import GpioOptions

CHIP = Path("/sys/kernel/config/gpio-sim/board")
LIMIT_STEPS, STEP_S = 1000, 0.01


class GpioSimBed:
    """The cable is the whole chip, which can only go while nobody holds its lines."""

    def __init__(self, options: GpioOptions) -> None:
        self.options = options
        self.plug()
        self.driver = GpioLight("counter", options)

    def unplug(self) -> None:
        (CHIP / "live").write_text("0")

    def plug(self) -> None:
        if (CHIP / "live").read_text().strip() == "0":
            (CHIP / "live").write_text("1")

    def sees(self, pattern: Pattern) -> bool:
        blue = {"blue"} if self.options.blue is not None else {"red", "green"}
        lit = {"ok": {"green"}, "busy": blue, "refused": {"red"}, "off": set()}[pattern]
        tick = threading.Event()
        return any(self.lit() == lit or tick.wait(STEP_S) for _ in range(LIMIT_STEPS))

    def lit(self) -> set[str]:
        """The colours that shine now, as the chip's own lines show it."""
        numbers = {"red": self.options.red, "green": self.options.green, "blue": self.options.blue}
        levels = {colour: self._level(number) for colour, number in numbers.items() if number is not None}
        return {colour for colour, level in levels.items() if level == self.options.active_high}

    def _level(self, number: int) -> bool:
        device, chip = ((CHIP / place).read_text().strip() for place in ("dev_name", "bank0/chip_name"))
        return Path(f"/sys/devices/platform/{device}/{chip}/sim_gpio{number}/value").read_text().strip() == "1"

    def close(self) -> None:
        self.driver.close()
        self.plug()
