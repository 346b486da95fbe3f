"""Devices on the lines of a simulated GPIO chip: gpiozero, lgpio and the kernel's GPIO code are real."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from drivers.base import Driver, Pattern, Tune
from drivers.button.gpio import GpioButton
from drivers.buzzer.gpio import GpioBuzzer
from drivers.buzzer.tunes import TUNES
from drivers.drawer.gpio import GpioDrawer
from drivers.light.gpio import GpioLight
from drivers.options import GpioButtonOptions, GpioBuzzerOptions, GpioDrawerOptions, GpioOptions

CHIP = Path("/sys/kernel/config/gpio-sim/board")
LIMIT_STEPS, STEP_S = 2000, 0.01
SAMPLE_S = 0.002
DRAWER, BUZZER, BUTTON = 23, 24, 25
HELD_S = 0.2


class ChipBed:
    """The cable is the whole chip, which can only go while nobody holds its lines."""

    driver: Driver

    def __init__(self) -> None:
        self.plug()

    def unplug(self) -> None:
        (CHIP / "live").write_text("0")

    def plug(self) -> None:
        if (CHIP / "live").read_text().strip() == "0":
            (CHIP / "live").write_text("1")

    def close(self) -> None:
        self.driver.close()
        self.plug()

    def line(self, number: int, what: str) -> Path:
        """`value` is what flows out of a line, `pull` what somebody outside does to it."""
        device, chip = ((CHIP / place).read_text().strip() for place in ("dev_name", "bank0/chip_name"))
        return Path(f"/sys/devices/platform/{device}/{chip}/sim_gpio{number}/{what}")

    def level(self, number: int) -> bool:
        return self.line(number, "value").read_text().strip() == "1"

    def wait(self, true: Callable[[], bool]) -> bool:
        tick = threading.Event()
        return any(true() or tick.wait(STEP_S) for _ in range(LIMIT_STEPS))


class LightBed(ChipBed):
    def __init__(self, options: GpioOptions) -> None:
        super().__init__()
        self.options = options
        self.driver = GpioLight("counter", options)

    def sees(self, pattern: Pattern) -> bool:
        blue = {"blue"} if self.options.blue is not None else {"red", "green"}
        lit = {"ok": {"green"}, "busy": blue, "refused": {"red"}, "off": set()}[pattern]
        return self.wait(lambda: self.lit() == lit)

    def lit(self) -> set[str]:
        """The colours that shine now, as the chip's own lines show it."""
        numbers = {"red": self.options.red, "green": self.options.green, "blue": self.options.blue}
        levels = {colour: self.level(number) for colour, number in numbers.items() if number is not None}
        return {colour for colour, level in levels.items() if level == self.options.active_high}


class PulseBed(ChipBed):
    """Looks at one line all the time and counts how often it was switched on."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._value = self.line(number, "value")
        self.pulses = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="eyes", daemon=True)
        self._thread.start()

    def on(self) -> bool:
        return self.level(self._number)

    def unplug(self) -> None:
        self._stop()
        super().unplug()

    def close(self) -> None:
        self._stop()
        super().close()

    def _stop(self) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        before = False
        while not self._done.wait(SAMPLE_S):
            now = self._value.read_text().strip() == "1"
            self.pulses += now and not before
            before = now


class DrawerBed(PulseBed):
    def __init__(self) -> None:
        super().__init__(DRAWER)
        self.driver = GpioDrawer("counter", GpioDrawerOptions(pin=DRAWER, pulse_ms=200))

    def sprang_open(self, times: int) -> bool:
        return self.wait(lambda: self.pulses == times and not self.on())

    def opened(self) -> int:
        return self.pulses


class BuzzerBed(PulseBed):
    def __init__(self) -> None:
        super().__init__(BUZZER)
        self.driver = GpioBuzzer("counter", GpioBuzzerOptions(pin=BUZZER))

    def heard(self, tune: Tune) -> bool:
        return self.wait(lambda: self.pulses == len(TUNES[tune][::2]) and not self.on())

    def silent(self) -> bool:
        return not self.on()


class ButtonBed(ChipBed):
    """A finger stays on the button for a moment, as the driver asks that contacts be still."""

    def __init__(self, pull: str) -> None:
        super().__init__()
        self._up, self._down = ("pull-up", "pull-down") if pull == "up" else ("pull-down", "pull-up")
        self.line(BUTTON, "pull").write_text(self._up)
        self.driver = GpioButton("counter", GpioButtonOptions.model_validate({"pin": BUTTON, "pull": pull}))

    def press(self) -> None:
        """Down, a moment, up, a moment."""
        for pull in (self._down, self._up):
            self.line(BUTTON, "pull").write_text(pull)
            threading.Event().wait(HELD_S)
