"""The card reader's contract on a USB reader, and what only a real pcscd with libccid can do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hil_tests.beds.ccid import CcidBed
from hil_tests.beds.hands import Hands
from tests.contracts.card_reader import CardReaderContract
from tests.contracts.card_talk import CardTalkContract


class TestCcid(CardTalkContract, CardReaderContract):
    @pytest.fixture
    def bed(self, hands: Hands) -> Iterator[CcidBed]:
        bed = CcidBed(hands)
        yield bed
        bed.close()
