"""The GPIO pins of this machine by gpiozero and lgpio, and what it means when they cannot be had."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from gpiozero import BadPinFactory, GPIOZeroError, PinUnknownPi

from drivers.errors import DeviceLost

Pins = Callable[[], Any]


def lgpio_pins() -> Any:
    """The pins of this machine. Raises BadPinFactory and its kin where there are none."""
    lgpio = lgpio_library()
    from gpiozero.pins.lgpio import LGPIOFactory

    try:
        return LGPIOFactory()
    except lgpio.error as error:
        raise BadPinFactory(str(error)) from error


@contextmanager
def opened(pins: Pins) -> Iterator[Any]:
    """The pins, to open devices on and to use; closed at the end. Raises DeviceLost where they cannot be had."""
    try:
        factory = pins()
    except (BadPinFactory, PinUnknownPi, ImportError) as error:
        raise DeviceLost("pins_absent", reason=str(error)) from error
    try:
        yield factory
    except (BadPinFactory, PinUnknownPi) as error:
        raise DeviceLost("pins_absent", reason=str(error)) from error
    except board_errors() as error:
        raise _lost(error) from error
    finally:
        factory.close()


def _lost(error: Exception) -> DeviceLost:
    """A pin that another process holds, or one that cannot be used at all."""
    lgpio = lgpio_library()
    if isinstance(error, lgpio.error) and lgpio.error_text(lgpio.GPIO_BUSY) in str(error):
        return DeviceLost("pins_busy")
    return DeviceLost("pins_refused", reason=str(error))


def board_errors() -> tuple[type[Exception], ...]:
    """What a board's library raises for a pin that is taken or does not exist."""
    return GPIOZeroError, lgpio_library().error


def lgpio_library() -> Any:
    """The library, imported late: it leaves a file in its working directory, which must be named before."""
    os.environ.setdefault("LG_WD", tempfile.gettempdir())
    import lgpio

    return lgpio
