"""A push button on a GPIO pin."""

from __future__ import annotations

import queue
import time

from gpiozero import Button

from drivers.base import ButtonPressed, Kind
from drivers.button.bounce import Bounce
from drivers.gpio_pins import Pins, lgpio_pins, opened
from drivers.options import GpioButtonOptions
from drivers.supervised import Supervised

STEP_S = 0.25
EDGES_MAX = 256
SPIKE_S = 0.001  # the board's own filter leaves out what is shorter; a longer one would swallow short presses


class GpioButton(Supervised):
    """Tells each press once, when it begins. A button that is held down at the start is not a press."""

    kind: Kind = "button"

    def __init__(self, device: str, options: GpioButtonOptions, pins: Pins = lgpio_pins) -> None:
        super().__init__(device)
        self._options = options
        self._pins = pins
        self._edges: queue.Queue[tuple[bool, int]] = queue.Queue(EDGES_MAX)

    def hold(self) -> None:
        options = self._options
        bounce = Bounce(options.quiet_ms * 1_000_000)
        with (
            opened(self._pins) as pins,
            Button(options.pin, pull_up=options.pull == "up", bounce_time=SPIKE_S, pin_factory=pins) as button,
        ):
            button.when_pressed = lambda: self._edge(True)
            button.when_released = lambda: self._edge(False)
            self.report("device_ready")
            try:
                while not self.closing:
                    self.beat()
                    self._tell(bounce)
            finally:
                # gpiozero leaves its callback with lgpio: the next edge would end the one thread that hears any.
                button.pin.when_changed = None

    def _edge(self, pressed: bool) -> None:
        """Called from the board's thread. Contacts that bounce without end fill the queue, not the memory."""
        try:
            self._edges.put_nowait((pressed, time.monotonic_ns()))
        except queue.Full:
            return

    def _tell(self, bounce: Bounce) -> None:
        try:
            pressed, at_ns = self._edges.get(timeout=STEP_S)
        except queue.Empty:
            return
        if bounce.edge(pressed, at_ns):
            self.emit(ButtonPressed(self.device, at_ns))
