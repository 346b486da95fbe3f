"""Faults around a card: each happens at the command it was ordered for, and the memory stays honest."""

from __future__ import annotations

from random import Random

import pytest

from drivers.virtual.cards.aes import crc32, xor
from drivers.virtual.cards.card import Mute
from drivers.virtual.cards.eeprom import Eeprom, Pulled
from drivers.virtual.cards.faults import Fault, Faulty
from drivers.virtual.cards.ntag424 import Ntag424, delivered
from tests.drivers.virtual.cards.speaker import APPLICATION, SEVEN, Speaker, wrap

GET_UID = bytes.fromhex("FFCA000000")
KEYS = [bytes([number]) * 16 for number in range(5)]
TEXT = bytes(range(128))
NEW = b"\xaa" * 16
WRITE = bytes.fromhex("03000000800000")
READ = bytes.fromhex("03000000800000")


@pytest.fixture
def card() -> Ntag424:
    return Ntag424(delivered(SEVEN, KEYS), Random(1).randbytes)


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_card_is_pulled_at_the_command_that_was_named(card: Ntag424, at: int) -> None:
    faulty = Faulty(card, Fault(pull_at=at))
    assert faulty.answer(GET_UID)[-2:] == b"\x90\x00", "the reader's question does not count"
    for _ in range(at - 1):
        faulty.answer(APPLICATION)
    with pytest.raises(Pulled):
        faulty.answer(APPLICATION)


def test_a_card_can_be_pulled_as_it_is_seen(card: Ntag424) -> None:
    with pytest.raises(Pulled):
        Faulty(card, Fault(pull_at=0)).answer(GET_UID)


def test_a_mute_card_stays_mute(card: Ntag424) -> None:
    faulty = Faulty(card, Fault(mute_at=2))
    faulty.answer(APPLICATION)
    for _ in range(2):
        with pytest.raises(Mute):
            faulty.answer(APPLICATION)


def test_an_altered_answer_fails_its_mac_and_others_do_not(card: Ntag424) -> None:
    speaker = Speaker(Faulty(card, Fault(wrong_mac_at=5)))
    speaker.card.answer(APPLICATION)
    speaker.log_in(KEYS[1], 1)
    assert speaker.secured(0x51, full=True) == SEVEN
    with pytest.raises(AssertionError):
        speaker.secured(0x51, full=True)


def test_a_lost_answer_is_a_command_done(card: Ntag424) -> None:
    speaker = Speaker(Faulty(card, Fault(lose_at=4)))
    speaker.card.answer(APPLICATION)
    speaker.log_in(KEYS[3], 3)
    with pytest.raises(Pulled):
        speaker.secured(0x8D, WRITE, TEXT, full=True)
    assert card.eeprom["file.3"] == TEXT


@pytest.mark.parametrize(
    ("write", "done", "left"), [(1, 0, 0), (1, 111, 0), (1, 112, 112), (2, 0, 112), (2, 15, 112), (2, 16, 128)]
)
def test_a_torn_write_leaves_whole_frames(card: Ntag424, write: int, done: int, left: int) -> None:
    """128 enciphered bytes are two frames of the radio: each is protected, both together are not."""
    speaker = Speaker(Faulty(card, Fault(torn_write=write, torn_bytes=done)))
    speaker.card.answer(APPLICATION)
    speaker.log_in(KEYS[3], 3)
    with pytest.raises(Pulled):
        speaker.secured(0x8D, WRITE, TEXT, full=True)
    assert card.eeprom["file.3"] == TEXT[:left] + bytes(128 - left)


def test_a_torn_change_of_a_key_leaves_the_old_one(card: Ntag424) -> None:
    speaker = Speaker(Faulty(card, Fault(torn_write=1, torn_bytes=9)))
    speaker.card.answer(APPLICATION)
    speaker.log_in(KEYS[0])
    with pytest.raises(Pulled):
        speaker.raw(0xC4, b"\x00", bytes(16) + b"\x01", full=True)
    card.power_off()
    speaker.card.answer(APPLICATION)
    assert speaker.log_in(KEYS[0]) == b"\x91\x00"


def personalise(speaker: Speaker) -> None:
    """Another key 3, a text, and at last another master key."""
    speaker.card.answer(APPLICATION)
    assert speaker.log_in(KEYS[0]) == b"\x91\x00"
    speaker.secured(0xC4, b"\x03", xor(NEW, KEYS[3]) + b"\x01" + crc32(NEW), full=True)
    speaker.log_in(NEW, 3)
    speaker.secured(0x8D, WRITE, TEXT, full=True)
    speaker.log_in(KEYS[0])
    assert speaker.raw(0xC4, b"\x00", NEW + b"\x01", full=True) == b"\x91\x00"


def test_wherever_power_is_lost_each_key_is_the_old_one_or_the_new_one(card: Ntag424) -> None:
    before = card.eeprom.to_json()
    personalise(Speaker(card))
    writes = card.eeprom.writes
    assert writes == 6, "two keys with their failure counters, and two frames"
    for write in range(1, writes + 1):
        for done in (0, 1000):
            torn = Ntag424(Eeprom.from_json(before), Random(1).randbytes)
            speaker = Speaker(Faulty(torn, Fault(torn_write=write, torn_bytes=done)))
            with pytest.raises(Pulled):
                personalise(speaker)
            torn.power_off()
            torn.answer(APPLICATION)
            for number in (0, 3):
                fits = [Speaker(torn).log_in(key, number) == b"\x91\x00" for key in (KEYS[number], NEW)]
                assert sorted(fits) == [False, True], f"key {number} after write {write}"
            assert torn.eeprom["file.3"] in {bytes(128), TEXT[:112] + bytes(16), TEXT}


def test_a_fault_that_did_not_happen_is_off_at_the_next_tap(card: Ntag424) -> None:
    Faulty(card, Fault(torn_write=1))
    again = Faulty(card, Fault())
    assert again.answer(APPLICATION) == b"\x90\x00"
    assert again.answer(bytes.fromhex("00D6840003414243")) == b"\x90\x00"
    assert again.answer(wrap(0xAD, bytes.fromhex("02000000030000"))) == b"ABC\x91\x00"


def test_orders_name_faults_that_exist() -> None:
    assert Fault.parse({"pull_at": 3, "slow_ms": 5}) == Fault(pull_at=3, slow_ms=5)
    for bad in ({"pull": 3}, {"pull_at": "3"}, {"pull_at": True}, {"pull_at": -1}, {"slow_ms": 10**7}):
        with pytest.raises(ValueError):
            Fault.parse(bad)
