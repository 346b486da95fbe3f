"""The card reader's contract with a PN532, and what is the chip's own: noise, resets, talks with cards."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.base import CardRemoved, CardTapped
from drivers.card_reader.pn532 import Pn532CardReader
from drivers.card_reader.uid import GET_UID
from drivers.errors import CardGone, CardMute, DeviceLost
from drivers.options import Pn532Options
from drivers.virtual.cards.card import Command, Mute
from drivers.virtual.cards.eeprom import Eeprom, Pulled
from drivers.virtual.cards.uid_only import UidOnly
from drivers.virtual.pn532_chip import VirtualPn532
from tests.contracts.beds.pn532 import Pn532Bed
from tests.contracts.card_reader import ADA, BEN, CardReaderContract
from tests.contracts.card_talk import CardTalkContract
from tests.contracts.recorder import Recorder

LIMIT_S = 30.0
SELECT = bytes.fromhex("00A4040000")


class Talker(UidOnly):
    """A card that speaks APDUs: it gives back what it hears, `times` over. It is pulled or mute at a given command."""

    atr = bytes.fromhex("3B8180018080")

    def __init__(self, uid: str, times: int = 1, pull_at: int = 0, mute_at: int = 0) -> None:
        super().__init__(Eeprom({"uid": bytes.fromhex(uid)}))
        self.times, self.pull_at, self.mute_at = times, pull_at, mute_at
        self.heard: list[bytes] = []

    def answer(self, apdu: bytes) -> bytes:
        self.heard.append(apdu)
        if len(self.heard) == self.pull_at:
            raise Pulled
        if len(self.heard) == self.mute_at:
            raise Mute
        return self.times * apdu + b"\x90\x00"

    def command(self, command: Command) -> bytes:
        raise AssertionError("it answers by itself")


class TestPty(CardReaderContract, CardTalkContract):
    @pytest.fixture
    def bed(self, tmp_path: Path) -> Iterator[Pn532Bed]:
        with contextlib.closing(Pn532Bed(tmp_path)) as bed:
            yield bed

    def lay(self, bed: Pn532Bed, told: Recorder, card: Talker) -> int:
        told.status("device_ready")
        bed.lay(card)
        return told.next(CardTapped).card

    def test_a_card_that_speaks_apdus_is_spoken_with(self, bed: Pn532Bed, told: Recorder) -> None:
        card = Talker(ADA, times=3)
        number = self.lay(bed, told, card)
        assert number == 1
        assert bed.driver.exchange(number, GET_UID, LIMIT_S) == bytes.fromhex(ADA) + b"\x90\x00"
        for length in (5, 100, 262, 263, 900):
            apdu = bytes(index % 251 for index in range(length))
            assert bed.driver.exchange(number, apdu, LIMIT_S) == 3 * apdu + b"\x90\x00"
        assert [len(apdu) for apdu in card.heard] == [5, 100, 262, 263, 900]
        told_card = told.all(CardTapped)
        assert (len(told_card), told_card[0].atr) == (1, "3B8180018080")

    def test_a_storage_card_is_seen_and_not_spoken_with(self, bed: Pn532Bed, told: Recorder) -> None:
        told.status("device_ready")
        bed.tap(ADA)
        tapped = told.next(CardTapped)
        assert tapped.card == 0
        assert tapped.atr == "3B8F8001804F0CA000000306030001000000006A"

    @pytest.mark.parametrize("at", [1, 2, 3])
    def test_a_card_pulled_at_any_command_is_gone_and_the_next_one_read(
        self, bed: Pn532Bed, told: Recorder, at: int
    ) -> None:
        number = self.lay(bed, told, Talker(ADA, pull_at=at))
        for _ in range(at - 1):
            bed.driver.exchange(number, SELECT, LIMIT_S)
        with pytest.raises(CardGone):
            bed.driver.exchange(number, SELECT, LIMIT_S)
        told.next(CardRemoved)
        bed.lay(Talker(BEN))
        again = told.next(CardTapped)
        assert (again.uid, again.card) == (BEN, 2)
        assert bed.driver.exchange(2, SELECT, LIMIT_S) == SELECT + b"\x90\x00"
        with pytest.raises(CardGone):
            bed.driver.exchange(number, SELECT, LIMIT_S)

    def test_a_card_that_is_mute_is_told_and_the_chip_works_on(self, bed: Pn532Bed, told: Recorder) -> None:
        card = Talker(ADA, mute_at=1)
        number = self.lay(bed, told, card)
        while not card.heard:  # on a busy machine it may be given up before the card heard it
            with pytest.raises(CardMute):
                bed.driver.exchange(number, SELECT, 0.05)
        told.status("card_mute")
        assert bed.driver.exchange(number, SELECT, LIMIT_S) == SELECT + b"\x90\x00"

    def test_a_reader_that_is_begun_anew_tells_that_its_card_went(self, bed: Pn532Bed, told: Recorder) -> None:
        number = self.lay(bed, told, Talker(ADA))
        bed.driver.revive()
        told.next(CardRemoved)
        with pytest.raises((CardGone, DeviceLost)):
            bed.driver.exchange(number, SELECT, LIMIT_S)
        bed.wire.remove()
        bed.tap(BEN)
        assert told.next(CardTapped).uid == BEN

    def test_a_damaged_answer_is_asked_for_again(self, bed: Pn532Bed, told: Recorder) -> None:
        card = Talker(ADA)
        number = self.lay(bed, told, card)
        for _ in range(3):
            bed.wire.chip.noise = True
            assert bed.driver.exchange(number, SELECT, LIMIT_S) == SELECT + b"\x90\x00"
        assert len(card.heard) == 3, "the card did nothing twice"

    def test_a_chip_that_was_reset_is_woken_again(self, bed: Pn532Bed, told: Recorder) -> None:
        told.status("device_ready")
        bed.wire.chip.reset()
        told.status("chip_silent")
        told.status("device_ready")
        bed.tap(ADA)
        assert told.next(CardTapped).uid == ADA

    def test_a_reader_that_goes_away_ends_the_talk(self, bed: Pn532Bed, told: Recorder) -> None:
        number = self.lay(bed, told, Talker(ADA))
        bed.unplug()
        told.next(CardRemoved)
        with pytest.raises((DeviceLost, CardGone)):
            bed.driver.exchange(number, SELECT, LIMIT_S)

    @pytest.mark.parametrize(
        ("chip", "code", "state"),
        [("deaf", "chip_silent", "missing"), ("other", "chip_strange", "failed")],
    )
    def test_what_is_no_pn532_is_said(
        self, bed: Pn532Bed, chip: str, code: str, state: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hear = VirtualPn532.hear

        def other(this: VirtualPn532, data: bytes) -> bytes:
            answer = hear(this, data)
            return answer.replace(bytes.fromhex("D50332010607E8"), bytes.fromhex("D50307010607" + "13"))

        def deaf(*_: Any) -> bytes:
            return b""

        monkeypatch.setattr(VirtualPn532, "hear", deaf if chip == "deaf" else other)
        told = Recorder()
        bed.driver.start(told)
        assert told.status(code).state == state
        monkeypatch.undo()
        bed.unplug()
        bed.plug()
        told.status("device_ready")

    def test_nobody_else_may_have_the_port(self, bed: Pn532Bed, told: Recorder) -> None:
        told.status("device_ready")
        other = Pn532CardReader("other", Pn532Options(port=str(bed.wire.port)))
        heard = Recorder()
        other.start(heard)
        heard.status("port_busy")
        other.close()
        assert not [thread for thread in threading.enumerate() if thread.name == "card_reader.other"]
