"""The light's contract on the lines of a GPIO chip, in each wiring."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from drivers.options import GpioOptions
from hil_tests.beds.gpio_sim import LightBed
from tests.contracts.light import LightContract

WIRINGS = {
    "rgb": GpioOptions(red=17, green=27, blue=22),
    "two lights": GpioOptions(red=17, green=27),
    "active low": GpioOptions(red=17, green=27, blue=22, active_high=False),
}


class TestGpioSim(LightContract):
    @pytest.fixture(params=list(WIRINGS))
    def bed(self, request: pytest.FixtureRequest) -> Iterator[LightBed]:
        bed = LightBed(WIRINGS[request.param])
        yield bed
        bed.close()
