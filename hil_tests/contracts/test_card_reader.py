"""The card reader's contract on a USB reader, and what only a real pcscd with libccid can do."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from drivers.base import CardTapped
from hil_tests.beds.ccid import CcidBed
from hil_tests.beds.hands import Hands
from tests.contracts.card_reader import ADA, CardReaderContract
from tests.contracts.card_talk import CardTalkContract
from tests.contracts.recorder import Recorder

STEP_S = 0.15  # from a reader that the kernel does not know yet to one that pcscd has looked at


class TestCcid(CardTalkContract, CardReaderContract):
    @pytest.fixture
    def bed(self, hands: Hands) -> Iterator[CcidBed]:
        bed = CcidBed(hands)
        yield bed
        bed.close()

    @pytest.mark.parametrize("step", range(6))
    def test_a_card_that_is_laid_in_while_the_reader_comes_is_read(
        self, bed: CcidBed, told: Recorder, step: int
    ) -> None:
        told.status("device_ready")
        bed.unplug()
        told.status("reader_absent")
        bed.plug()
        threading.Event().wait(STEP_S * step)
        bed.tap(ADA)
        assert told.next(CardTapped).uid == ADA
