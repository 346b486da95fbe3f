"""The light's contract: the virtual twin, and GPIO on mock pins in each wiring."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.options import GpioOptions
from tests.contracts.beds.gpio import MockPinsBed
from tests.contracts.beds.virtual import VirtualLightBed
from tests.contracts.light import LightContract, LightReplugContract

WIRINGS = {
    "rgb": GpioOptions(red=17, green=27, blue=22),
    "two lights": GpioOptions(red=17, green=27),
    "active low": GpioOptions(red=17, green=27, blue=22, active_high=False),
}


class TestVirtual(LightReplugContract):
    @pytest.fixture
    def bed(self, tmp_path: Path) -> Iterator[VirtualLightBed]:
        bed = VirtualLightBed(tmp_path)
        yield bed
        bed.close()


class TestMockPins(LightContract):
    @pytest.fixture(params=list(WIRINGS))
    def bed(self, request: pytest.FixtureRequest) -> Iterator[MockPinsBed]:
        bed = MockPinsBed(WIRINGS[request.param])
        yield bed
        bed.close()
