"""What every card reader must do."""

from __future__ import annotations

import time
from typing import Protocol

import pytest

from drivers.base import ATR_BYTES_MAX, CardRemoved, CardTapped
from tests.contracts.driver import Bed, DriverContract, ReplugContract
from tests.contracts.recorder import Recorder

ADA = "04A1B2C3D4E5F6"
BEN = "04112233445566"


class CardReaderBed(Bed, Protocol):
    """Hands that hold a card to the reader and take it away."""

    def tap(self, uid: str) -> None: ...

    def remove(self) -> None: ...


class CardReaderContract(ReplugContract, DriverContract):
    def test_a_tap_is_one_event_with_the_uid(self, bed: CardReaderBed, told: Recorder) -> None:
        told.status("device_ready")
        before_ns = time.monotonic_ns()
        bed.tap(ADA)
        tapped = told.next(CardTapped)
        assert (tapped.device, tapped.uid, tapped.technology) == (bed.driver.device, ADA, "uid")
        assert before_ns <= tapped.at_ns <= time.monotonic_ns()
        assert len(bytes.fromhex(tapped.atr)) <= ATR_BYTES_MAX
        bed.remove()
        assert told.next(CardRemoved).at_ns >= tapped.at_ns
        assert told.all(CardTapped) == [tapped]

    @pytest.mark.parametrize("uid", ["11223344", ADA, "00112233445566778899"])
    def test_uids_of_every_size(self, bed: CardReaderBed, told: Recorder, uid: str) -> None:
        told.status("device_ready")
        bed.tap(uid)
        assert told.next(CardTapped).uid == uid

    def test_a_random_uid_says_so(self, bed: CardReaderBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.tap("08C0FFEE")
        assert told.next(CardTapped).technology == "random_uid"
        bed.remove()
        bed.tap("08C0FFEE112233")
        assert told.next(CardTapped).technology == "uid"

    def test_one_card_after_another(self, bed: CardReaderBed, told: Recorder) -> None:
        told.status("device_ready")
        for uid in (ADA, BEN, BEN, ADA):
            bed.tap(uid)
            assert told.next(CardTapped).uid == uid
            bed.remove()
        told.next(CardRemoved)
        assert [tapped.uid for tapped in told.all(CardTapped)] == [ADA, BEN, BEN, ADA]

    def test_a_card_goes_with_the_reader(self, bed: CardReaderBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.tap(ADA)
        told.next(CardTapped)
        bed.unplug()
        told.next(CardRemoved)
        bed.plug()
        told.status("device_ready")
        bed.remove()
        bed.tap(BEN)
        assert told.next(CardTapped, uid=BEN)
