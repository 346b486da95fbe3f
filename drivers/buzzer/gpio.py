"""An active buzzer on a GPIO pin: it sounds while its pin is on."""

from __future__ import annotations

import queue

from gpiozero import DigitalOutputDevice

from drivers.base import Kind, Tune
from drivers.buzzer.tunes import TUNES
from drivers.gpio_pins import Pins, lgpio_pins, opened
from drivers.options import GpioBuzzerOptions
from drivers.supervised import Supervised

STEP_S = 0.25


class GpioBuzzer(Supervised):
    """The newest tune wins: it begins at once, and what sounded before is cut short."""

    kind: Kind = "buzzer"

    def __init__(self, device: str, options: GpioBuzzerOptions, pins: Pins = lgpio_pins) -> None:
        super().__init__(device)
        self._options = options
        self._pins = pins
        self._ready = False
        self._asked: queue.Queue[Tune | None] = queue.Queue(16)

    def sound(self, tune: Tune) -> None:
        """Ask for `tune` and return at once. A buzzer that is away stays silent also later."""
        if self._ready:
            self._put(tune)

    def wake(self) -> None:
        self._put(None)

    def hold(self) -> None:
        options = self._options
        with (
            opened(self._pins) as pins,
            DigitalOutputDevice(options.pin, active_high=options.active_high, pin_factory=pins) as horn,
        ):
            self._ready = True
            self.report("device_ready")
            tune: Tune | None = None
            try:
                while not self.closing:
                    self.beat()
                    tune = self._next(STEP_S) if tune is None else self._played(horn, tune)
            finally:
                self._ready = False
                horn.off()

    def _played(self, horn: DigitalOutputDevice, tune: Tune) -> Tune | None:
        """Sound `tune`; the tune that was asked for meanwhile."""
        for at, length_s in enumerate(TUNES[tune]):
            horn.value = at % 2 == 0
            newer = self._next(length_s)
            if newer is not None or self.closing:
                horn.off()
                return newer
        horn.off()
        return None

    def _next(self, limit_s: float) -> Tune | None:
        try:
            return self._asked.get(timeout=limit_s)
        except queue.Empty:
            return None

    def _put(self, tune: Tune | None) -> None:
        try:
            self._asked.put_nowait(tune)
        except queue.Full:
            return
