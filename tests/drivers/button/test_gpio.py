"""The button where its contract does not look: bouncing, a flood, and a finger that was there before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from drivers.base import ButtonPressed
from drivers.button.gpio import EDGES_MAX, GpioButton
from drivers.options import GpioButtonOptions
from tests.contracts.beds.pins import PinBed
from tests.contracts.recorder import Recorder


@pytest.fixture
def bed() -> Iterator[PinBed]:
    bed = PinBed(lambda pins: GpioButton("call", GpioButtonOptions(pin=25, quiet_ms=200), pins), 25)
    yield bed
    bed.close()


def test_contacts_that_bounce_are_one_press(bed: PinBed) -> None:
    told = Recorder()
    bed.driver.start(told)
    told.status("device_ready")
    assert bed.pins is not None
    for _ in range(20):
        bed.pins.pin(25).drive_low()
        bed.pins.pin(25).drive_high()
    told.next(ButtonPressed)
    bed.driver.close()
    assert len(told.all(ButtonPressed)) == 1


def test_edges_without_end_take_bounded_memory(bed: PinBed) -> None:
    assert isinstance(bed.driver, GpioButton)
    for _ in range(5 * EDGES_MAX):
        bed.driver._edge(True)
    assert bed.driver._edges.qsize() == EDGES_MAX
