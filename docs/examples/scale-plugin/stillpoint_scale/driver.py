"""A scale on a serial port."""

from __future__ import annotations

import termios
import time

import serial

from drivers.base import Kind, Noted
from drivers.errors import DeviceLost
from drivers.supervised import Supervised
from stillpoint_scale import ScaleOptions
from stillpoint_scale.weights import WeightParser

READ_S = 0.25
HANG_UP = (serial.SerialException, OSError, termios.error)


class PlainScale(Supervised):
    """Tells each weight that differs from the one before. All waiting, telling and starting again is in Supervised."""

    kind: Kind = "scale"

    def __init__(self, device: str, options: ScaleOptions) -> None:
        super().__init__(device)
        self._options = options

    def hold(self) -> None:
        try:
            port = serial.Serial(self._options.port, 9600, timeout=READ_S, exclusive=True)
        except HANG_UP as error:
            raise DeviceLost("device_unplugged") from error
        with port:
            self.report("device_ready")
            try:
                self._serve(port)
            except HANG_UP as error:
                raise DeviceLost("device_unplugged") from error

    def _serve(self, port: serial.Serial) -> None:
        parser, last = WeightParser(), None
        while not self.closing:
            self.beat()
            for weight in parser.feed(port.read(64 if port.in_waiting else 1)):
                if weight != last:
                    last = weight
                    grams, stable = weight
                    self.emit(
                        Noted(self.kind, self.device, {"grams": grams, "stable": int(stable)}, time.monotonic_ns())
                    )
