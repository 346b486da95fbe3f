"""The card reader's contract through the PC/SC service's twin, and what only it can do: faults at a command."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.base import CardRemoved, CardTapped, DeviceStatus
from drivers.card_reader.pcsc import PcscCardReader
from drivers.card_reader.scard import Context
from drivers.card_reader.session import Session
from drivers.errors import CardGone, CardMute
from drivers.options import PcscOptions
from tests.contracts.beds.pcscd_twin import SECOND, TwinBed
from tests.contracts.card_reader import ADA, BEN, CardReaderContract
from tests.contracts.driver import wait_for_beats
from tests.contracts.recorder import Recorder
from tests.drivers.virtual.cards.speaker import APPLICATION, wrap

LIMIT_S = 20.0
NTAG = {"card": "ntag424"}
GET_VERSION = wrap(0x60)


class TestTwin(CardReaderContract):
    @pytest.fixture
    def bed(self, pcscd_socket: Path) -> Iterator[TwinBed]:
        with contextlib.closing(TwinBed(pcscd_socket)) as bed:
            yield bed

    def test_the_card_that_was_tapped_is_spoken_with(self, bed: TwinBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.tap(ADA, **NTAG)
        tapped = told.next(CardTapped)
        assert tapped.atr == "3B8180018080"
        assert bed.driver.exchange(tapped.card, APPLICATION, LIMIT_S) == b"\x90\x00"
        assert bed.driver.exchange(tapped.card, GET_VERSION, LIMIT_S)[-2:] == b"\x91\xaf"

    def test_a_card_pulled_at_a_command_is_gone_and_the_next_one_comes(self, bed: TwinBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.tap(ADA, **NTAG, fault={"pull_at": 2})
        tapped = told.next(CardTapped)
        bed.driver.exchange(tapped.card, APPLICATION, LIMIT_S)
        with pytest.raises(CardGone):
            bed.driver.exchange(tapped.card, GET_VERSION, LIMIT_S)
        told.next(CardRemoved)
        bed.tap(BEN, **NTAG)
        assert told.next(CardTapped).uid == BEN

    def test_a_mute_card_is_told_in_time_and_the_next_one_comes(self, bed: TwinBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.tap(ADA, **NTAG, fault={"mute_at": 1})
        tapped = told.next(CardTapped)
        with pytest.raises(CardMute):
            bed.driver.exchange(tapped.card, APPLICATION, 0.05)
        bed.remove()
        told.next(CardRemoved)
        bed.tap(BEN, **NTAG)
        assert bed.driver.exchange(told.next(CardTapped).card, APPLICATION, LIMIT_S) == b"\x90\x00"

    def test_a_service_that_stops_is_told_and_found_again(self, bed: TwinBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.twin.order(service="stopped")
        told.status("pcscd_absent")
        bed.twin.order(service="running")
        told.status("device_ready")
        bed.tap(ADA)
        assert told.next(CardTapped).uid == ADA

    def test_a_card_that_lies_there_before_the_service_looks_at_the_reader_is_read(
        self, bed: TwinBed, told: Recorder
    ) -> None:
        told.status("device_ready")
        bed.tap(BEN)
        told.next(CardTapped)
        bed.unplug()
        told.status("reader_absent")
        bed.twin.order(unsure=True)
        bed.plug()
        told.status("device_ready")
        wait_for_beats(bed.driver, 2)  # it has asked for the reader's state by then
        bed.tap(ADA)
        bed.twin.order(unsure=False)
        assert told.next(CardTapped).uid == ADA

    def test_the_second_reader_is_another_device(self, bed: TwinBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.tap(BEN, reader=1)
        bed.tap(ADA)
        assert told.next(CardTapped).uid == ADA
        assert [tapped.uid for tapped in told.all(CardTapped)] == [ADA]
        bed.twin.order(plug=False, reader=1)
        bed.remove()
        told.next(CardRemoved)
        assert [status.code for status in told.all(DeviceStatus)] == ["device_ready"]

    def test_a_card_that_somebody_speaks_with_at_the_twin_holds_up_nobody(self, pcscd_socket: Path) -> None:
        """The twin has to be asked who it is, and the service lets that wait until the talk is over."""
        told = Recorder()
        with contextlib.closing(TwinBed(pcscd_socket)) as bed:
            bed.driver = PcscCardReader("counter", PcscOptions(reader="Stillpoint Twin*", serial="1001"))
            bed.tap(BEN, reader=1, **NTAG)
            with contextlib.closing(Session(Context, SECOND, 1, idle_s=3600)) as other:
                other.exchange(APPLICATION, LIMIT_S)
                bed.driver.start(told)
                told.status("device_ready")
                wait_for_beats(bed.driver, 3)
                bed.tap(ADA)
                assert told.next(CardTapped).uid == ADA
                assert other.exchange(GET_VERSION, LIMIT_S)[-2:] == b"\x91\xaf", "it was spoken with all the while"
            bed.tap(BEN)
            assert told.next(CardTapped).uid == BEN
