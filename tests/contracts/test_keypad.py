"""The keypad's contract: the virtual twin, and a pad that types, with Num Lock on and off."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.beds.fifo import FifoKeypadBed
from tests.contracts.beds.virtual import VirtualKeypadBed
from tests.contracts.keypad import KeypadContract


class TestVirtual(KeypadContract):
    @pytest.fixture
    def bed(self, tmp_path: Path) -> Iterator[VirtualKeypadBed]:
        bed = VirtualKeypadBed(tmp_path)
        yield bed
        bed.close()


class TestHidFifo(KeypadContract):
    @pytest.fixture(params=[False, True], ids=["num lock on", "num lock off"])
    def bed(self, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[FifoKeypadBed]:
        with contextlib.closing(FifoKeypadBed(tmp_path, request.param)) as bed:
            yield bed
