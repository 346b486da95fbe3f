"""The card reader's contract on a USB reader that types."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from hil_tests.beds.typing import GadgetCardReaderBed
from tests.contracts.card_reader import CardReaderContract


class TestWedgeGadget(CardReaderContract):
    @pytest.fixture
    def bed(self) -> Iterator[GadgetCardReaderBed]:
        with contextlib.closing(GadgetCardReaderBed()) as bed:
            yield bed
