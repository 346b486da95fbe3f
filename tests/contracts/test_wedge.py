"""The card reader's contract: a reader that types."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.base import CardTapped
from drivers.options import WedgeOptions
from tests.contracts.beds.fifo import PATH, FifoCardReaderBed
from tests.contracts.card_reader import ADA, CardReaderContract
from tests.contracts.recorder import Recorder


@pytest.fixture
def hex_bed(tmp_path: Path) -> Iterator[FifoCardReaderBed]:
    with contextlib.closing(FifoCardReaderBed(tmp_path, WedgeOptions(input=PATH))) as bed:
        yield bed


class TestWedgeFifo(CardReaderContract):
    @pytest.fixture
    def bed(self, hex_bed: FifoCardReaderBed) -> FifoCardReaderBed:
        return hex_bed


def test_what_is_no_number_of_a_card_is_said_and_not_told(hex_bed: FifoCardReaderBed) -> None:
    told = Recorder()
    hex_bed.driver.start(told)
    told.status("device_ready")
    hex_bed.type("%B4111111111111111^ADA^2512?")
    refused = told.status("card_text_refused")
    assert "4111" not in refused.sentence
    assert dict(refused.params) == {}
    hex_bed.type(ADA)
    assert told.next(CardTapped).uid == ADA
    assert [tapped.uid for tapped in told.all(CardTapped)] == [ADA]


def test_a_number_of_which_a_part_was_lost_is_no_card(hex_bed: FifoCardReaderBed) -> None:
    told = Recorder()
    hex_bed.driver.start(told)
    told.status("device_ready")
    hex_bed.device.drop()
    hex_bed.type(ADA)
    told.status("card_unreadable")
    hex_bed.type(ADA)
    told.next(CardTapped)
    assert len(told.all(CardTapped)) == 1


def test_decimal_numbers_in_the_other_order(tmp_path: Path) -> None:
    options = WedgeOptions(usb="FFFF:0035", format="decimal", uid_bytes=4, order="reversed", low_frequency=True)
    with contextlib.closing(FifoCardReaderBed(tmp_path, options)) as bed:
        told = Recorder()
        bed.driver.start(told)
        told.status("device_ready")
        bed.type("0287454020")  # 0x11223344
        tapped = told.next(CardTapped)
        assert (tapped.uid, tapped.technology, tapped.card) == ("44332211", "uid", 0)
        bed.type("3490648584")  # reversed it begins with 08: not random at 125 kHz
        assert told.next(CardTapped).technology == "uid"
