"""The keypad's contract: the virtual twin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.beds.virtual import VirtualKeypadBed
from tests.contracts.keypad import KeypadContract


class TestVirtual(KeypadContract):
    @pytest.fixture
    def bed(self, tmp_path: Path) -> Iterator[VirtualKeypadBed]:
        bed = VirtualKeypadBed(tmp_path)
        yield bed
        bed.close()
