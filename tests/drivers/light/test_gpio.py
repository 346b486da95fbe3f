"""The GPIO light where its pins cannot be had; what it shows is in its contract."""

from __future__ import annotations

from typing import Any

import pytest
from gpiozero import LED, BadPinFactory, PinUnknownPi
from gpiozero.pins.mock import MockFactory

from drivers.base import DeviceStatus
from drivers.gpio_pins import lgpio_library
from drivers.light.gpio import GpioLight
from drivers.options import GpioOptions
from tests.contracts.recorder import Recorder

lgpio = lgpio_library()
OPTIONS = GpioOptions(red=17, green=27, blue=22)


@pytest.mark.parametrize("error", [BadPinFactory("no pins"), PinUnknownPi("no board"), ImportError("no lgpio")])
def test_a_machine_without_pins_says_so(error: Exception) -> None:
    def pins() -> Any:
        raise error

    told, light = Recorder(), GpioLight("counter", OPTIONS, pins)
    light.start(told)
    absent = told.next(DeviceStatus)
    light.close()
    assert (absent.state, absent.code) == ("missing", "pins_absent")
    assert str(error) in absent.sentence


def test_a_pin_that_is_taken_says_so_and_is_found_when_it_is_free() -> None:
    board, told = MockFactory(), Recorder()
    other = LED(27, pin_factory=board)
    light = GpioLight("counter", OPTIONS, lambda: board)
    light.start(told)
    refused = told.next(DeviceStatus)
    assert (refused.state, refused.code) == ("failed", "pins_refused")
    assert "GPIO27" in refused.sentence
    other.close()
    told.status("device_ready")
    light.close()


class TakenPins(MockFactory):
    """A board on which another process holds every pin, or which fails otherwise, as lgpio tells it."""

    def __init__(self, said: str) -> None:
        super().__init__()
        self._said = said

    def pin(self, *_: object, **__: object) -> Any:
        raise lgpio.error(self._said)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (lgpio.error_text(lgpio.GPIO_BUSY), "pins_busy"),
        (lgpio.error_text(lgpio.NOT_PERMITTED), "pins_refused"),
    ],
)
def test_a_pin_of_another_process_is_told_apart(said: str, code: str) -> None:
    told, light = Recorder(), GpioLight("counter", OPTIONS, lambda: TakenPins(said))
    light.start(told)
    assert told.next(DeviceStatus).code == code
    light.close()


def test_closing_gives_the_pins_back() -> None:
    board, told = MockFactory(), Recorder()
    light = GpioLight("counter", OPTIONS, lambda: board)
    light.start(told)
    told.status("device_ready")
    light.show("refused")
    light.close()
    with LED(17, pin_factory=board) as led:
        assert not led.is_lit


def test_the_pins_of_this_machine_are_asked_for_when_none_are_given() -> None:
    """On a machine with a board it is ready, on any other it says that there are no pins."""
    told, light = Recorder(), GpioLight("counter", OPTIONS)
    light.start(told)
    assert told.next(DeviceStatus).code in {"device_ready", "pins_absent", "pins_refused"}
    light.close()
