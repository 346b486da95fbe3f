"""The button's contract: the virtual twin, and a button on a mock pin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.beds.pins import ButtonPinBed
from tests.contracts.beds.virtual_pins import VirtualButtonBed
from tests.contracts.button import ButtonContract, ButtonReplugContract


class TestVirtual(ButtonReplugContract):
    @pytest.fixture
    def bed(self, tmp_path: Path) -> Iterator[VirtualButtonBed]:
        bed = VirtualButtonBed(tmp_path)
        yield bed
        bed.close()


class TestMockPins(ButtonContract):
    @pytest.fixture(params=["up", "down"])
    def bed(self, request: pytest.FixtureRequest) -> Iterator[ButtonPinBed]:
        bed = ButtonPinBed(request.param)
        yield bed
        bed.close()
