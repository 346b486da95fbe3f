"""The emulated NTAG 424 DNA: who may do what, what is protected how, and what is forgotten without power."""

from __future__ import annotations

from random import Random

import pytest

from drivers.virtual.cards.aes import crc32, xor
from drivers.virtual.cards.eeprom import Eeprom
from drivers.virtual.cards.ntag424 import Ntag424, delivered
from tests.drivers.virtual.cards.speaker import APPLICATION, SEVEN, Speaker, split, wrap

KEYS = [bytes([number]) * 16 for number in range(0x10, 0x15)]
NEW = bytes(range(16))
READ_3 = bytes.fromhex("03000000100000")
WRITE_3 = bytes.fromhex("03000000100000")


@pytest.fixture
def card() -> Ntag424:
    card = Ntag424(delivered(SEVEN, KEYS), Random(5).randbytes)
    card.answer(APPLICATION)
    return card


@pytest.fixture
def speaker(card: Ntag424) -> Speaker:
    return Speaker(card)


def test_it_shows_uid_atr_and_version(card: Ntag424) -> None:
    assert card.answer(bytes.fromhex("FFCA000000")) == SEVEN + b"\x90\x00"
    assert card.atr.hex().upper() == "3B8180018080"
    parts = [split(card.answer(wrap(ins))) for ins in (0x60, 0xAF, 0xAF)]
    assert [status.hex() for _, status in parts] == ["91af", "91af", "9100"]
    assert parts[0][0][:2] == b"\x04\x04", "NXP, NTAG"
    assert parts[2][0][:7] == SEVEN


def test_what_is_written_under_protection_can_be_read_under_protection(speaker: Speaker) -> None:
    assert speaker.log_in(KEYS[3], 3) == b"\x91\x00"
    speaker.secured(0x8D, WRITE_3, b"sixteen bytes ok", full=True)
    assert speaker.secured(0xAD, READ_3, full=True) == b"sixteen bytes ok"
    assert speaker.log_in(KEYS[2], 2, first=False) == b"\x91\x00"
    assert speaker.secured(0xAD, READ_3, full=True) == b"sixteen bytes ok", "the counter went on"


@pytest.mark.parametrize(("ins", "header"), [(0xAD, READ_3), (0x8D, WRITE_3 + bytes(16)), (0x51, b""), (0xC4, b"\0")])
def test_nothing_protected_works_without_a_session(card: Ntag424, ins: int, header: bytes) -> None:
    assert card.answer(wrap(ins, header)) == b"\x91\xae"


def test_the_key_that_reads_does_not_write(speaker: Speaker, card: Ntag424) -> None:
    speaker.log_in(KEYS[2], 2)
    with pytest.raises(AssertionError, match="91ae"):
        speaker.secured(0x8D, WRITE_3, bytes(16), full=True)
    assert card.channel is None, "an error ends the session"


def test_a_wrong_key_proves_nothing(speaker: Speaker, card: Ntag424) -> None:
    assert speaker.log_in(bytes(16), 3) == b"\x91\xae"
    assert card.channel is None
    assert card.failures.total(3) == 1


@pytest.mark.parametrize(
    ("apdu", "status"),
    [
        ("907100000205 0000", "9140"),
        ("9071000001 0000", "917e"),
        ("90710000090007 00000000000000 00", "919e"),
        ("90AF000000", "91ca"),
        ("9077000001 0000", "91ae"),
        ("90FF000000", "911c"),
        ("9051", "6700"),
        ("80CA000000", "6e00"),
        ("00C0000000", "6d00"),
        ("90F50000010400", "91f0"),
        ("90AD00000703000000810000 00", "91ae"),
        ("90AD000007020001000100 0000", "91be"),
    ],
)
def test_each_mistake_has_its_status(card: Ntag424, apdu: str, status: str) -> None:
    assert card.answer(bytes.fromhex(apdu)).hex() == status


def test_another_command_between_the_passes_aborts(card: Ntag424) -> None:
    card.answer(wrap(0x71, b"\x00\x00"))
    assert card.answer(wrap(0x60)) == b"\x91\xca"
    card.answer(wrap(0x71, b"\x00\x00"))
    assert card.answer(APPLICATION) == b"\x69\x85"
    assert card.answer(wrap(0xAF, bytes(32))) == b"\x91\xca"


def test_without_power_sessions_are_forgotten_and_memory_stays(speaker: Speaker, card: Ntag424) -> None:
    speaker.log_in(KEYS[3], 3)
    speaker.secured(0x8D, WRITE_3, b"sixteen bytes ok", full=True)
    card.power_off()
    assert card.answer(wrap(0xAD, READ_3)) == b"\x91\x9d", "no application is selected"
    again = Ntag424(Eeprom.from_json(card.eeprom.to_json()), Random(6).randbytes)
    again.answer(APPLICATION)
    speaker = Speaker(again)
    speaker.log_in(KEYS[2], 2)
    assert speaker.secured(0xAD, READ_3, full=True) == b"sixteen bytes ok"


def test_keys_are_changed_by_the_master_key_alone(speaker: Speaker) -> None:
    speaker.log_in(KEYS[1], 1)
    change = xor(NEW, KEYS[2]) + b"\x07" + crc32(NEW)
    with pytest.raises(AssertionError, match="91ae"):
        speaker.secured(0xC4, b"\x02", change, full=True)
    speaker.log_in(KEYS[0])
    assert speaker.secured(0xC4, b"\x02", change, full=True) == b""
    assert speaker.secured(0x64, b"\x02", full=False) == b"\x07"
    assert speaker.log_in(NEW, 2) == b"\x91\x00"


def test_a_changed_key_whose_checksum_is_wrong_stays_as_it_was(speaker: Speaker) -> None:
    speaker.log_in(KEYS[0])
    with pytest.raises(AssertionError, match="911e"):
        speaker.secured(0xC4, b"\x02", xor(NEW, KEYS[2]) + b"\x07" + bytes(4), full=True)
    assert speaker.log_in(KEYS[2], 2) == b"\x91\x00"


def test_the_master_key_ends_its_own_session(speaker: Speaker, card: Ntag424) -> None:
    speaker.log_in(KEYS[0])
    assert speaker.raw(0xC4, b"\x00", NEW + b"\x01", full=True) == b"\x91\x00"
    assert card.channel is None
    assert speaker.log_in(NEW) == b"\x91\x00"


def test_a_random_uid_is_another_at_each_tap_and_the_real_one_needs_a_session(speaker: Speaker, card: Ntag424) -> None:
    speaker.log_in(KEYS[0])
    speaker.secured(0x5C, b"\x00", b"\x02", full=True)
    seen = set()
    for _ in range(3):
        card.power_off()
        seen.add(card.uid)
    assert len(seen) == 3
    assert all(len(uid) == 4 and uid[0] == 0x08 for uid in seen)
    card.answer(APPLICATION)
    assert card.answer(wrap(0x51)) == b"\x91\xae"
    speaker.log_in(KEYS[1], 1)
    assert speaker.secured(0x51, full=True) == SEVEN


def test_the_version_in_a_session_carries_one_mac_over_its_three_parts(speaker: Speaker, card: Ntag424) -> None:
    speaker.log_in(KEYS[0])
    mac = speaker.mac_of(b"\x60", b"")
    parts = [split(card.answer(wrap(0x60, mac))), split(card.answer(wrap(0xAF))), split(card.answer(wrap(0xAF)))]
    whole = b"".join(data for data, _ in parts)
    speaker.counter += 1
    assert whole[-8:] == speaker.mac_of(b"\x00", whole[:-8])


def test_the_signature_is_there_for_everybody(speaker: Speaker, card: Ntag424) -> None:
    assert card.answer(wrap(0x3C, b"\x00")) == bytes(56) + b"\x91\x90"
    speaker.log_in(KEYS[4], 4)
    assert speaker.secured(0x3C, b"\x00", full=True) == bytes(56)


def test_iso_commands_read_and_write_what_is_free(card: Ntag424) -> None:
    assert card.answer(bytes.fromhex("00A4000C02E103")) == b"\x90\x00"
    assert card.answer(bytes.fromhex("00B000000F"))[:2] == bytes.fromhex("0017")
    assert card.answer(bytes.fromhex("00A4000C02E104")) == b"\x90\x00"
    assert card.answer(bytes.fromhex("00D6000003 414243")) == b"\x90\x00"
    assert card.answer(bytes.fromhex("00B0840003")) == b"ABC\x90\x00", "by its short identifier"
    assert card.answer(bytes.fromhex("00B0850003")) == b"\x69\x82", "the third file is not free"
    assert card.answer(bytes.fromhex("00A4000C02E1FF")) == b"\x6a\x82"


def test_a_memory_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="7 bytes"):
        delivered(bytes(4))
    with pytest.raises(ValueError, match="16 bytes"):
        delivered(SEVEN, [b"short"])
