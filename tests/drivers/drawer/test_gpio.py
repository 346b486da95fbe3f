"""The drawer's magnet is never left on."""

from __future__ import annotations

from gpiozero.pins.mock import MockFactory

from drivers.drawer.gpio import GpioDrawer
from drivers.options import GpioDrawerOptions
from tests.contracts.beds.pins import PinBed
from tests.contracts.recorder import Recorder


def test_closing_during_a_pulse_switches_the_magnet_off() -> None:
    board, told = MockFactory(), Recorder()
    pin = board.pin(23)
    drawer = GpioDrawer("counter", GpioDrawerOptions(pin=23, pulse_ms=500), lambda: board)
    bed = PinBed(lambda _: drawer, 23)
    bed.pins = board
    drawer.start(told)
    told.status("device_ready")
    drawer.open_drawer()
    assert bed.wait(bed.on)
    drawer.close()
    assert pin.function == "input" or not pin.state
