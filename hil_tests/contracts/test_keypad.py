"""The keypad's contract on a USB pad."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from hil_tests.beds.typing import GadgetKeypadBed
from tests.contracts.keypad import KeypadContract


class TestHidGadget(KeypadContract):
    @pytest.fixture
    def bed(self) -> Iterator[GadgetKeypadBed]:
        with contextlib.closing(GadgetKeypadBed()) as bed:
            yield bed
