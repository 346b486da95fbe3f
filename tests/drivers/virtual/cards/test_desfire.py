"""The emulated DESFire EV2: applications, rights, files with and without backup, and what a torn write leaves."""

from __future__ import annotations

from random import Random

import pytest

from drivers.virtual.cards.aes import crc32, xor
from drivers.virtual.cards.desfire import Desfire
from drivers.virtual.cards.desfire_memory import delivered
from drivers.virtual.cards.eeprom import Eeprom, Pulled
from tests.drivers.virtual.cards.speaker import SEVEN, Speaker, split, wrap

AID, OTHER = bytes.fromhex("010203"), bytes.fromhex("040506")
KEYS = [bytes([number]) * 16 for number in range(3)]
ZERO = bytes(16)
# numbers 1 to 4; read by key 1, write by key 2, the rest by key 0; 32 bytes; enciphered, MACed, free, with backup
FULL, MACED, PLAIN, BACKUP = (
    bytes.fromhex(f"{n:02X}{mode}0012200000") for n, mode in enumerate(("03", "01", "00", "03"), 1)
)
TEXT = b"thirty-two bytes of some writing"


def span(file: int, length: int = 32) -> bytes:
    return bytes([file]) + bytes(3) + length.to_bytes(3, "little")


@pytest.fixture
def card() -> Desfire:
    card = Desfire(delivered(SEVEN, {AID: KEYS}), Random(2).randbytes)
    assert card.answer(wrap(0x5A, AID)) == b"\x91\x00"
    for ins, header in ((0xCD, FULL), (0xCD, MACED), (0xCD, PLAIN), (0xCB, BACKUP)):
        assert card.answer(wrap(ins, header)) == b"\x91\x00"
    return card


@pytest.fixture
def speaker(card: Desfire) -> Speaker:
    return Speaker(card)


def test_it_tells_that_it_is_an_ev2_and_which(card: Desfire) -> None:
    parts = [split(card.answer(wrap(ins))) for ins in (0x60, 0xAF, 0xAF)]
    assert [status.hex() for _, status in parts] == ["91af", "91af", "9100"]
    assert parts[0][0][:4] == bytes.fromhex("04010112")
    assert parts[2][0][:7] == SEVEN
    assert card.answer(bytes.fromhex("FFCA000000")) == SEVEN + b"\x90\x00"


@pytest.mark.parametrize("file", [1, 2])
def test_a_file_is_written_by_one_key_and_read_by_another(speaker: Speaker, file: int) -> None:
    assert speaker.log_in(KEYS[2], 2) == b"\x91\x00"
    speaker.secured(0x8D, span(file), TEXT, full=file == 1)
    assert speaker.log_in(KEYS[1], 1, first=False) == b"\x91\x00"
    assert speaker.secured(0xAD, span(file), full=file == 1) == TEXT
    assert speaker.raw(0x8D, span(file), TEXT, full=file == 1) == b"\x91\xae"


def test_a_plain_file_counts_in_a_session_all_the_same(speaker: Speaker) -> None:
    speaker.log_in(KEYS[2], 2)
    assert speaker.plain(0x8D, span(3) + TEXT) == b"\x91\x00"
    speaker.log_in(KEYS[1], 1, first=False)
    assert split(speaker.plain(0xAD, span(3)))[0] == TEXT
    assert speaker.secured(0x51, full=True) == SEVEN


def test_the_old_read_comes_in_frames(speaker: Speaker, card: Desfire) -> None:
    assert card.answer(wrap(0xCD, bytes.fromhex("0500EEEEC80000"))) == b"\x91\x00"
    card.answer(wrap(0x8D, span(5, 200) + bytes(range(200))))
    answer, status = split(card.answer(wrap(0xBD, span(5, 0))))
    frames = [answer]
    while status == b"\x91\xaf":
        answer, status = split(card.answer(wrap(0xAF)))
        frames.append(answer)
    assert b"".join(frames) == bytes(range(200))
    assert [len(frame) for frame in frames] == [59, 59, 59, 23]


def test_backup_files_change_with_the_commit_alone(speaker: Speaker, card: Desfire) -> None:
    speaker.log_in(KEYS[2], 2)
    speaker.secured(0x8D, span(4), TEXT, full=True)
    assert card.eeprom[card.region("file.4")] == bytes(32)
    speaker.secured(0xA7, full=False)
    speaker.secured(0xC7, full=False)
    assert card.eeprom[card.region("file.4")] == bytes(32)
    speaker.secured(0x8D, span(4), TEXT, full=True)
    speaker.secured(0xC7, full=False)
    assert card.eeprom[card.region("file.4")] == TEXT


def test_what_was_not_committed_is_gone_without_power(speaker: Speaker, card: Desfire) -> None:
    speaker.log_in(KEYS[2], 2)
    speaker.secured(0x8D, span(4), TEXT, full=True)
    card.power_off()
    card.answer(wrap(0x5A, AID))
    speaker.log_in(KEYS[2], 2)
    speaker.secured(0xC7, full=False)
    assert card.eeprom[card.region("file.4")] == bytes(32)


def test_a_torn_write_leaves_a_part_in_a_standard_file_and_nothing_in_a_backup_file(
    speaker: Speaker, card: Desfire
) -> None:
    speaker.log_in(KEYS[2], 2)
    card.eeprom.cut(1, 10)
    with pytest.raises(Pulled):
        speaker.secured(0x8D, span(1), TEXT, full=True)
    assert card.eeprom[card.region("file.1")] == TEXT[:10] + bytes(22)
    card.power_off()
    card.answer(wrap(0x5A, AID))
    speaker.log_in(KEYS[2], 2)
    speaker.secured(0x8D, span(4), TEXT, full=True)
    card.eeprom.cut(1, 10)
    with pytest.raises(Pulled):
        speaker.secured(0xC7, full=False)
    assert card.eeprom[card.region("file.4")] == bytes(32)


def test_applications_are_made_listed_and_removed(card: Desfire) -> None:
    card.power_off()
    speaker = Speaker(card)
    assert card.answer(wrap(0xCA, OTHER + b"\x0b\x82")) == b"\x91\x00"
    assert card.answer(wrap(0xCA, OTHER + b"\x0b\x82")) == b"\x91\xde"
    assert card.answer(wrap(0x6A)) == AID + OTHER + b"\x91\x00"
    assert card.answer(wrap(0xDA, OTHER)) == b"\x91\xae", "removal is for the master key"
    speaker.log_in(ZERO)
    speaker.secured(0xDA, OTHER, full=False)
    assert card.answer(wrap(0x5A, OTHER)) == b"\x91\xa0"
    speaker.log_in(ZERO)
    speaker.secured(0xFC, full=False)
    card.power_off()
    assert card.answer(wrap(0x6A)) == b"\x91\x00"
    assert card.answer(wrap(0x64, b"\x00"))[-2:] == b"\x91\x00", "the master key stays"


def test_settings_close_what_is_open(card: Desfire) -> None:
    speaker = Speaker(card)
    speaker.log_in(KEYS[0])
    speaker.secured(0x54, b"", b"\x00", full=True)
    card.answer(wrap(0x5A, AID))
    assert card.answer(wrap(0x6F)) == b"\x91\xae"
    assert card.answer(wrap(0xCD, bytes.fromhex("0600EEEE200000"))) == b"\x91\xae"
    speaker.log_in(KEYS[0])
    assert speaker.secured(0x6F, full=False) == bytes([1, 2, 3, 4])
    assert speaker.raw(0xC4, b"\x00", bytes(17), full=True) == b"\x91\x9d", "the master key is frozen now"


def test_a_key_is_changed_by_the_master_key_and_by_no_other(card: Desfire) -> None:
    speaker, new = Speaker(card), bytes(range(16))
    change = xor(new, KEYS[2]) + b"\x05" + crc32(new)
    speaker.log_in(KEYS[1], 1)
    assert speaker.raw(0xC4, b"\x02", change, full=True) == b"\x91\xae"
    speaker.log_in(KEYS[0])
    speaker.secured(0xC4, b"\x02", change, full=True)
    assert speaker.secured(0x64, b"\x02", full=False) == b"\x05"
    assert speaker.raw(0xC4, b"\x00", new + b"\x01", full=True) == b"\x91\x00"
    assert speaker.log_in(new) == b"\x91\x00"


def test_rights_of_a_file_are_changed_by_whom_they_name(card: Desfire) -> None:
    speaker = Speaker(card)
    speaker.log_in(KEYS[1], 1)
    assert speaker.raw(0x5F, b"\x01", bytes.fromhex("00EEEE"), full=True) == b"\x91\xae"
    speaker.log_in(KEYS[0])
    assert speaker.raw(0x5F, b"\x01", bytes.fromhex("0000E5"), full=True) == b"\x91\x9e", "there is no key 5"
    speaker.log_in(KEYS[0])
    speaker.secured(0x5F, b"\x01", bytes.fromhex("00EEEE"), full=True)
    card.answer(wrap(0x5A, AID))
    assert card.answer(wrap(0xAD, span(1))) == bytes(32) + b"\x91\x00"
    assert card.answer(wrap(0xF5, b"\x01")) == bytes.fromhex("0000EEEE200000") + b"\x91\x00"


@pytest.mark.parametrize(
    ("ins", "data", "status"),
    [
        (0x5A, "AABBCC", "91a0"),
        (0x5A, "AABB", "917e"),
        (0x71, "0900", "9140"),
        (0xAA, "09", "9140"),
        (0xAD, span(9).hex(), "91f0"),
        (0xAD, span(1).hex(), "91ae"),
        (0xCD, FULL.hex(), "91de"),
        (0xCD, "2000EEEE200000", "919e"),
        (0xCD, "0600EE5E200000", "919e"),
        (0xCA, "0405060B82", "919d"),
        (0x51, "", "91ae"),
        (0xC4, "00" * 26, "91ae"),
        (0x12, "", "911c"),
        (0xF5, "", "917e"),
    ],
)
def test_each_mistake_has_its_status(card: Desfire, ins: int, data: str, status: str) -> None:
    assert card.answer(wrap(ins, bytes.fromhex(data))).hex() == status


def test_reading_and_writing_end_with_the_file(speaker: Speaker) -> None:
    speaker.log_in(KEYS[2], 2)
    assert speaker.raw(0x8D, span(1, 33), bytes(33), full=True) == b"\x91\xbe"
    speaker.log_in(KEYS[1], 1)
    assert speaker.raw(0xAD, span(1, 33), b"", full=True) == b"\x91\xbe"


def test_the_whole_card_survives_as_json(speaker: Speaker, card: Desfire) -> None:
    speaker.log_in(KEYS[2], 2)
    speaker.secured(0x8D, span(1), TEXT, full=True)
    again = Desfire(Eeprom.from_json(card.eeprom.to_json()), Random(3).randbytes)
    again.answer(wrap(0x5A, AID))
    speaker = Speaker(again)
    speaker.log_in(KEYS[1], 1)
    assert speaker.secured(0xAD, span(1), full=True) == TEXT


@pytest.mark.parametrize("bad", [{b"\0\0\0": [ZERO]}, {b"\1": [ZERO]}, {AID: []}, {AID: [b"short"]}])
def test_a_memory_of_another_shape_is_refused(bad: dict[bytes, list[bytes]]) -> None:
    with pytest.raises(ValueError, match="AID"):
        delivered(SEVEN, bad)
