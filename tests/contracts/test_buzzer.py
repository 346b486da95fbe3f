"""The buzzer's contract: the virtual twin, and a buzzer on a mock pin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.beds.pins import BuzzerPinBed
from tests.contracts.beds.virtual_pins import VirtualBuzzerBed
from tests.contracts.buzzer import BuzzerContract, BuzzerReplugContract


class TestVirtual(BuzzerReplugContract):
    @pytest.fixture
    def bed(self, tmp_path: Path) -> Iterator[VirtualBuzzerBed]:
        bed = VirtualBuzzerBed(tmp_path)
        yield bed
        bed.close()


class TestMockPins(BuzzerContract):
    @pytest.fixture(params=[True, False], ids=["active high", "active low"])
    def bed(self, request: pytest.FixtureRequest) -> Iterator[BuzzerPinBed]:
        bed = BuzzerPinBed(request.param)
        yield bed
        bed.close()
