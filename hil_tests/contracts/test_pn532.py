"""The card reader's contract with a PN532 on a USB serial adapter."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from hil_tests.beds.hands import Hands
from hil_tests.beds.uart_reader import UartReaderBed
from tests.contracts.card_reader import CardReaderContract
from tests.contracts.card_talk import CardTalkContract


class TestUsbSerial(CardTalkContract, CardReaderContract):
    @pytest.fixture
    def bed(self, hands: Hands) -> Iterator[UartReaderBed]:
        with contextlib.closing(UartReaderBed(hands, "/dev/stillpoint/serial-1-4")) as bed:
            yield bed
