"""The card reader's contract: the virtual twin, and PC/SC on a real pcscd."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.base import CardRemoved, CardTapped, DeviceStatus
from drivers.card_reader.pcsc import PcscCardReader
from drivers.card_reader.uid import GET_UID
from drivers.errors import CardGone, DeviceLost
from drivers.options import PcscOptions
from drivers.virtual.vpcd import ATR
from tests.contracts.beds.pcscd import PcscdBed
from tests.contracts.beds.played import PlayedBed, PlayedPcsc
from tests.contracts.beds.virtual import VirtualCardReaderBed
from tests.contracts.card_reader import ADA, BEN, CardReaderContract
from tests.contracts.card_talk import CardTalkContract
from tests.contracts.driver import wait_for_beats
from tests.contracts.recorder import Recorder

LIMIT_S = 30.0


class TestVirtual(CardReaderContract, CardTalkContract):
    @pytest.fixture
    def bed(self, tmp_path: Path) -> Iterator[VirtualCardReaderBed]:
        bed = VirtualCardReaderBed(tmp_path)
        yield bed
        bed.close()


class TestPlayed(CardReaderContract):
    @pytest.fixture
    def bed(self) -> Iterator[PlayedBed]:
        bed = PlayedBed()
        yield bed
        bed.close()

    def test_two_quick_taps_are_two_events_though_a_card_is_there_both_times(
        self, bed: PlayedBed, told: Recorder
    ) -> None:
        told.status("device_ready")
        bed.tap(ADA)
        told.next(CardTapped)
        bed.pcsc.present(None, bytes.fromhex(ADA))
        told.next(CardTapped)
        bed.pcsc.present(None, bytes.fromhex(BEN))
        assert told.next(CardTapped).uid == BEN
        assert told.all(CardRemoved) == []

    @pytest.mark.parametrize("atr", ["3B04A2131091", "3B6E00008031806586105301020383"], ids=["sle4442", "cpu"])
    def test_a_card_with_contacts_has_no_number_and_is_spoken_with(
        self, bed: PlayedBed, told: Recorder, atr: str
    ) -> None:
        told.status("device_ready")
        bed.pcsc.tells_uid, bed.pcsc.atr = False, bytes.fromhex(atr)
        bed.tap(ADA)
        card = told.next(CardTapped)
        assert (card.uid, card.technology, card.atr) == ("", "contact", atr)
        assert bed.driver.exchange(card.card, b"\0\0\0\0", LIMIT_S) == b"\x6d\x00"
        bed.remove()
        told.next(CardRemoved)
        assert [status.code for status in told.all(DeviceStatus)] == ["device_ready"]

    def test_a_contactless_card_that_tells_no_uid_never_came_and_never_goes(
        self, bed: PlayedBed, told: Recorder
    ) -> None:
        """The control; and what was not told to be there is not told to be gone."""
        told.status("device_ready")
        bed.pcsc.tells_uid, bed.pcsc.atr = False, ATR
        bed.tap(ADA)
        told.status("card_unreadable")
        bed.remove()
        bed.pcsc.tells_uid = True
        bed.tap(BEN)
        assert told.next(CardTapped).uid == BEN
        assert (len(told.all(CardTapped)), told.all(CardRemoved)) == (1, [])

    def test_a_card_that_came_and_went_unseen_is_said(self, bed: PlayedBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.tap(ADA)
        told.next(CardTapped)
        bed.remove()
        told.next(CardRemoved)
        bed.pcsc.present(bytes.fromhex(BEN), None)
        assert told.status("card_unreadable").state == "ready"
        assert BEN not in [tapped.uid for tapped in told.all(CardTapped)]

    def test_a_card_that_moved_is_read_again(self, bed: PlayedBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.pcsc.read_errors = [0x80100016]
        bed.tap(ADA)
        assert told.next(CardTapped).uid == ADA
        assert "card_unreadable" not in [status.code for status in told.all(DeviceStatus)]

    @pytest.mark.parametrize(
        ("error", "code", "state"),
        [
            (0x8010001D, "pcscd_absent", "missing"),
            (0x80100013, "pcscd_absent", "missing"),
            (0x8010006A, "pcscd_refused", "missing"),
            (0x80100001, "reader_failed", "failed"),
        ],
    )
    def test_each_error_is_a_status_until_it_passes(
        self, bed: PlayedBed, told: Recorder, error: int, code: str, state: str
    ) -> None:
        told.status("device_ready")
        bed.pcsc.set(plugged=True, error=error)
        assert told.status(code).state == state
        bed.plug()
        told.status("device_ready")
        bed.tap(ADA)
        assert told.next(CardTapped).uid == ADA

    def test_a_pcscd_that_dies_as_a_card_comes_leaves_no_thread_behind(self, bed: PlayedBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.pcsc.dies_reading = True
        bed.tap(ADA)
        told.status("pcscd_absent")
        told.status("reader_absent")
        assert ended(lambda: not any(thread.name.startswith("card.") for thread in threading.enumerate()))

    def test_what_a_hung_thread_hears_at_last_takes_no_card_from_the_one_in_its_place(self) -> None:
        pcsc, told = Late(), Recorder()
        driver = PcscCardReader("counter", PcscOptions(), pcsc)
        with contextlib.closing(driver):
            driver.start(told)
            told.status("device_ready")
            pcsc.present(bytes.fromhex(ADA))
            told.next(CardTapped)
            pcsc.hangs.set()
            assert pcsc.hanging.wait(LIMIT_S)
            driver.revive()
            card = told.next(CardTapped).card
            pcsc.goes_on.set()
            assert ended(lambda: driver.left_behind == 0)
            assert driver.exchange(card, b"\0\0\0\0", LIMIT_S) == b"\x6d\x00"


class Late(PlayedPcsc):
    """The next one that asks for readers, once it `hangs`, hears of none, and that late."""

    def __init__(self) -> None:
        super().__init__()
        self.hangs, self.hanging, self.goes_on = threading.Event(), threading.Event(), threading.Event()

    def readers(self) -> list[str]:
        if not self.hangs.is_set() or self.hanging.is_set():
            return super().readers()
        self.hanging.set()
        assert self.goes_on.wait(LIMIT_S)
        return []


def ended(there: Callable[[], bool]) -> bool:
    tick = threading.Event()
    return any(there() or tick.wait(0.01) for _ in range(3000))


@pytest.mark.pcscd
class TestPcscd(CardReaderContract, CardTalkContract):
    @pytest.fixture
    def bed(self, tmp_path: Path, pcscd_socket: Path) -> Iterator[PcscdBed]:
        with contextlib.closing(PcscdBed(pcscd_socket, tmp_path)) as bed:
            bed.plug()
            yield bed

    def test_the_atr_comes_along(self, bed: PcscdBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.tap(ADA)
        assert bytes.fromhex(told.next(CardTapped).atr) == ATR

    def test_the_card_that_was_tapped_last_can_be_spoken_with_until_it_is_gone(
        self, bed: PcscdBed, told: Recorder
    ) -> None:
        told.status("device_ready")
        for number in (1, 2):
            bed.tap(ADA)
            card = told.next(CardTapped).card
            assert card == number
            assert bed.driver.exchange(card, GET_UID, LIMIT_S) == bytes.fromhex(ADA) + b"\x90\x00"
            assert bed.driver.exchange(card, b"\x00\xa4\x04\x00\x00", LIMIT_S) == b"\x6d\x00"
            bed.remove()
            with pytest.raises(CardGone):
                bed.driver.exchange(card, GET_UID, LIMIT_S)
            told.next(CardRemoved)
            with pytest.raises(CardGone):
                bed.driver.exchange(card, GET_UID, LIMIT_S)

    def test_a_pcscd_that_dies_while_a_card_lies_there_ends_the_talk(self, bed: PcscdBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.tap(ADA)
        card = told.next(CardTapped).card
        bed.pcscd.stop(signal.SIGKILL)
        with pytest.raises((DeviceLost, CardGone)):
            bed.driver.exchange(card, GET_UID, LIMIT_S)
        told.next(CardRemoved)

    def test_a_card_pulled_while_it_is_read_is_said_and_the_next_one_read(self, bed: PcscdBed, told: Recorder) -> None:
        told.status("device_ready")
        for _ in range(2):
            bed.tap(ADA, pull=True)
            assert told.status("card_unreadable").state == "ready"
            wait_for_beats(bed.driver, 2)  # it has seen by then that the card is gone
        bed.tap(BEN)
        assert told.next(CardTapped).uid == BEN
        assert [tapped.uid for tapped in told.all(CardTapped)] == [BEN]
        assert told.all(CardRemoved) == []
        assert told.all(DeviceStatus)[-1].code == "device_ready"

    def test_a_pcscd_that_is_killed_and_started_again_is_found(self, bed: PcscdBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.pcscd.stop(signal.SIGKILL)
        told.status("pcscd_absent")
        bed.pcscd.plug()
        told.status("device_ready")
        bed.tap(ADA)
        assert told.next(CardTapped).uid == ADA

    def test_a_pcscd_without_a_reader_is_said_by_the_name_that_is_wanted(self, bed: PcscdBed) -> None:
        bed.pcscd.stop()
        bed.pcscd.start_empty()
        told = Recorder()
        bed.driver.start(told)
        assert "Virtual PCD*00" in told.status("reader_absent").sentence
        bed.pcscd.stop()
        bed.plug()
        told.status("device_ready")
        bed.tap(ADA)
        assert told.next(CardTapped).uid == ADA

    def test_a_pcscd_that_stops_answering_stops_the_beat_and_not_the_close(self, bed: PcscdBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.pcscd.signal(signal.SIGSTOP)
        bed.driver.close()
        assert told.all(DeviceStatus)[-1].code == "device_closed"
        bed.pcscd.signal(signal.SIGCONT)
