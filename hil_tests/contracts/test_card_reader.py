"""The card reader's contract on a USB reader, and what only a real pcscd with libccid can do."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from drivers.base import CardTapped
from hil_tests.beds.ccid import CcidBed, serial_at
from hil_tests.beds.hands import Hands
from tests.contracts.card_reader import ADA, BEN, CardReaderContract
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


@pytest.mark.parametrize("option", ["usb_path", "serial"])
def test_twins_keep_who_they_are_when_they_come_back_in_the_other_order(hands: Hands, option: str) -> None:
    """pcscd names them by the order in which they come."""
    names = {"usb_path": ("1-1", "1-2"), "serial": (serial_at(1), serial_at(2))}[option]
    beds = [CcidBed(hands, number, **{option: name}) for number, name in enumerate(names, 1)]
    told = [Recorder() for _ in beds]
    for bed, recorder in zip(beds, told, strict=True):
        bed.driver.start(recorder)
        recorder.status("device_ready")
    for bed, recorder in zip(beds, told, strict=True):
        bed.unplug()
        recorder.status("reader_absent")
    for bed, recorder in reversed(list(zip(beds, told, strict=True))):
        bed.plug()
        recorder.status("device_ready")
    for bed, recorder, uid in zip(beds, told, (ADA, BEN), strict=True):
        bed.tap(uid)
        assert recorder.next(CardTapped).uid == uid
    for bed, recorder, uid in zip(beds, told, (ADA, BEN), strict=True):
        bed.close()
        assert [tapped.uid for tapped in recorder.all(CardTapped)] == [uid]
