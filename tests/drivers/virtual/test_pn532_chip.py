"""The virtual PN532, by frames that are written out here."""

from __future__ import annotations

import pytest

from drivers.card_reader.pn532_frames import ACK, NACK
from drivers.virtual.cards.uid_only import UidOnly, marked
from drivers.virtual.pn532_chip import VirtualPn532

WAKE = bytes.fromhex("55550000000000000000000000000000")
SAM = bytes.fromhex("0000FF05FBD4140100001700")
SAM_DONE = bytes.fromhex("0000FF02FED5151600")
FIRMWARE = bytes.fromhex("0000FF02FED4022A00")
FIRMWARE_TOLD = bytes.fromhex("0000FF06FAD50332010607E800")
LIST = bytes.fromhex("0000FF04FCD44A0100E100")
NOT_UNDERSTOOD = bytes.fromhex("0000FF01FF7F8100")


@pytest.fixture
def chip() -> VirtualPn532:
    woken = VirtualPn532()
    assert woken.hear(WAKE + SAM) == ACK + SAM_DONE
    return woken


def test_it_sleeps_until_it_is_woken_and_wants_to_be_set_up_first() -> None:
    chip = VirtualPn532()
    assert chip.hear(SAM) == b""
    assert chip.hear(WAKE) == b""
    assert chip.hear(FIRMWARE) == ACK + NOT_UNDERSTOOD
    assert chip.hear(SAM) == ACK + SAM_DONE
    assert chip.hear(FIRMWARE) == ACK + FIRMWARE_TOLD


def test_it_says_its_last_word_again_when_asked(chip: VirtualPn532) -> None:
    chip.hear(FIRMWARE)
    assert chip.hear(NACK) == FIRMWARE_TOLD
    chip.noise = True
    assert chip.hear(FIRMWARE) not in {ACK + FIRMWARE_TOLD, ACK}
    assert chip.hear(NACK) == FIRMWARE_TOLD


def test_it_tells_the_card_in_its_field(chip: VirtualPn532) -> None:
    assert chip.hear(LIST) == ACK + bytes.fromhex("0000FF03FDD54B00E000")
    chip.card = UidOnly(marked(bytes.fromhex("11223344")))
    assert chip.hear(LIST) == ACK + bytes.fromhex("0000FF0CF4D54B01010044080411223344E400")


def test_it_answers_nothing_that_is_no_frame_of_a_hosts(chip: VirtualPn532) -> None:
    assert chip.hear(bytes(range(256)) + ACK + SAM_DONE) == b""


def test_after_a_reset_it_sleeps_again(chip: VirtualPn532) -> None:
    chip.reset()
    assert chip.hear(FIRMWARE) == b""
