"""A cash drawer whose magnet hangs on a GPIO pin, by a relay or a transistor."""

from __future__ import annotations

import threading
import time

from gpiozero import DigitalOutputDevice

from drivers.base import Kind
from drivers.drawer.asked import Asked
from drivers.gpio_pins import Pins, lgpio_pins, opened
from drivers.options import GpioDrawerOptions
from drivers.supervised import Supervised

STEP_S = 0.25
REST_S = 0.5  # the magnet cools between two pulses


class GpioDrawer(Supervised):
    """One pulse for each request; the pin is off at every end, also when the driver is closed during a pulse."""

    kind: Kind = "drawer"

    def __init__(self, device: str, options: GpioDrawerOptions, pins: Pins = lgpio_pins) -> None:
        super().__init__(device)
        self._options = options
        self._pins = pins
        self._asked = Asked()
        self._ended = threading.Event()

    def open_drawer(self) -> None:
        """Ask for one pulse and return at once."""
        self._asked.ask(time.monotonic_ns())

    def wake(self) -> None:
        self._ended.set()

    def hold(self) -> None:
        options = self._options
        with (
            opened(self._pins) as pins,
            DigitalOutputDevice(options.pin, active_high=options.active_high, pin_factory=pins) as magnet,
        ):
            self.report("device_ready")
            while not self.closing:
                self.beat()
                self._asked.wait(STEP_S)
                if self._asked.take(time.monotonic_ns()):
                    self._pulse(magnet)

    def _pulse(self, magnet: DigitalOutputDevice) -> None:
        try:
            magnet.on()
            self._ended.wait(self._options.pulse_ms / 1000)
        finally:
            magnet.off()
        self._ended.wait(REST_S)
