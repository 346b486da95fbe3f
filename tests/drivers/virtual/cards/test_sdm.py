"""Secure dynamic messaging of the emulated NTAG 424 DNA: real tags' answers, whole files, and the read counter."""

from __future__ import annotations

from random import Random

import pytest

from drivers.virtual.cards.ntag424 import Ntag424, delivered
from drivers.virtual.cards.sdm import session_keys
from tests.cards.known import entry, octets
from tests.drivers.virtual.cards.speaker import APPLICATION, SEVEN, Queue, Speaker, cbc, split, wrap

NDEF = bytes.fromhex("00A4000C02E104")
READ_ALL = bytes.fromhex("00B0000000")
READ_NATIVE = wrap(0xAD, bytes.fromhex("02000000000000"))
KEYS = [bytes([number]) * 16 for number in range(5)]
# PICC data at 8, MAC from and at 64, meta key 0, file key 1, counter by key 2
SEALED = bytes.fromhex("40E0EE C1 F201 080000 400000 400000")


def le3(number: int) -> str:
    return number.to_bytes(3, "little").hex()


def a_card(uid: str, secrets: list[bytes], counter: int, settings: str, draw: str, content: bytes) -> Ntag424:
    """A card whose next read is number `counter`, its application and NDEF file selected."""
    card = Ntag424(delivered(octets(uid), secrets), Queue(draw))
    card.eeprom.replace("settings.2", octets(settings))
    card.eeprom.replace("counter.2", (counter - 1).to_bytes(3, "little"))
    card.eeprom.program("file.2", 0, content, protected=True)
    card.answer(APPLICATION)
    card.answer(NDEF)
    return card


def test_session_keys_are_those_of_an12196() -> None:
    known = entry("an12196-sdm-session-keys")
    keys = session_keys(octets(known["k_sdm_file_read"]), octets(known["uid"]), octets(known["sdm_read_ctr_le"]))
    assert [key.hex().upper() for key in keys] == [known["k_ses_enc"], known["k_ses_mac"]]


def test_a_real_tags_address_comes_out() -> None:
    known = entry("an12196-sun-1")
    plain = octets(known["picc_data_plain"])
    settings = f"40E0EE C1 FE00 {le3(31)} {le3(66)} {le3(66)}"
    address = ("https://ntag.nxp.com/424?e=" + "*" * 32 + "&c=" + "*" * 16).encode()
    keys = [octets(known["k_sdm_meta_read"])]
    card = a_card(known["uid"], keys, known["read_ctr"], settings, (plain[11:] + bytes(10)).hex(), bytes(4) + address)
    data, status = split(card.answer(READ_ALL))
    assert status == b"\x90\x00"
    assert data[4 : 4 + len(address)].decode() == known["url"]


def test_a_real_tags_enciphered_file_data_come_out() -> None:
    known = entry("sdm-backend-sun-3-custom")
    meta, file = octets(known["k_sdm_meta_read"]), octets(known["k_sdm_file_read"])
    plain = cbc(meta, octets(known["picc_enc"]), encrypt=False)
    assert plain[:8].hex() == known["picc_data_tag"] + known["uid"]
    settings = f"40E0EE D1 FE01 {le3(0)} {le3(32)} {le3(32)} {le3(32)} {le3(64)}"
    content = bytes(32) + octets(known["file_data"]) + bytes(32)
    card = a_card(known["uid"], [meta, file], known["read_ctr"], settings, (plain[11:] + bytes(10)).hex(), content)
    data, _ = split(card.answer(READ_ALL))
    assert data[:80].decode() == known["picc_enc"] + known["enc_file_data"] + known["sdmmac"]


@pytest.fixture
def card() -> Ntag424:
    card = Ntag424(delivered(SEVEN, KEYS), Random(3).randbytes)
    card.answer(APPLICATION)
    speaker = Speaker(card)
    speaker.log_in(KEYS[0])
    speaker.secured(0x5F, b"\x02", SEALED, full=True)
    card.answer(APPLICATION)
    return card


def test_each_run_of_reads_is_one_count(card: Ntag424) -> None:
    first = card.answer(READ_NATIVE)
    assert card.answer(READ_NATIVE) == first, "the same run, the same answer"
    card.answer(wrap(0x60)), card.answer(wrap(0xAF)), card.answer(wrap(0xAF))
    assert card.answer(READ_NATIVE) != first
    card.answer(NDEF)
    card.answer(READ_ALL)
    assert card.files.counter(2) == 3
    card.power_off()
    card.answer(APPLICATION)
    card.answer(READ_NATIVE)
    assert card.files.counter(2) == 4


def test_who_is_authenticated_sees_the_file_as_it_was_written_and_counts_nothing(card: Ntag424) -> None:
    speaker = Speaker(card)
    speaker.log_in(KEYS[2], 2)
    assert split(speaker.plain(0xAD, bytes.fromhex("02080000200000")))[0] == bytes(32)
    assert speaker.secured(0xF6, b"\x02", full=True) == bytes(5)


def test_the_counter_is_told_to_its_key_alone(card: Ntag424) -> None:
    card.answer(READ_NATIVE)
    assert card.answer(wrap(0xF6, b"\x02")) == b"\x91\xae"
    speaker = Speaker(card)
    speaker.log_in(KEYS[1], 1)
    assert speaker.raw(0xF6, b"\x02", b"", full=True) == b"\x91\xae"
    speaker.log_in(KEYS[2], 2)
    assert speaker.secured(0xF6, b"\x02", full=True) == bytes.fromhex("0100000000")


def test_reads_end_at_the_limit_for_whoever_is_not_authenticated(card: Ntag424) -> None:
    speaker = Speaker(card)
    speaker.log_in(KEYS[0])
    speaker.secured(0x5F, b"\x02", bytes.fromhex("40E0EE E1 F201 080000 400000 400000 020000"), full=True)
    for status in ("9000", "9000", "6982"):
        card.answer(APPLICATION)
        card.answer(NDEF)
        assert card.answer(READ_ALL)[-2:].hex() == status
    speaker.log_in(KEYS[2], 2)
    assert speaker.plain(0xAD, bytes.fromhex("02000000200000"))[-2:] == b"\x91\x00"


def test_settings_are_told_as_they_were_given(card: Ntag424) -> None:
    described, status = split(card.answer(wrap(0xF5, b"\x02")))
    assert status == b"\x91\x00"
    assert described == b"\x00" + SEALED[:3] + bytes.fromhex("000100") + SEALED[3:]


BAD_SETTINGS = {
    "a key that is not there": "40E0EE C1 F601 080000 400000 400000",
    "the MAC over the PICC data": "40E0EE C1 F201 080000 100000 100000",
    "beyond the end": "40E0EE C1 F201 080000 400000 F10000",
    "the MAC before its input": "40E0EE C1 F201 080000 400000 300000",
    "enciphered data without counter": "40E0EE 91 F201 080000 400000 400000 200000 600000",
    "enciphered data of an odd length": "40E0EE D1 F201 080000 400000 400000 210000 700000",
    "a limit that is reached": "40E0EE E1 F201 080000 400000 400000 000000",
    "not in ASCII": "40E0EE C0 F201 080000 400000 400000",
    "neither UID nor counter": "40E0EE 01 FF01 080000 400000 400000",
    "an option that is not there": "84E0EE",
}


@pytest.mark.parametrize("settings", BAD_SETTINGS.values(), ids=BAD_SETTINGS)
def test_settings_that_do_not_fit_change_nothing(card: Ntag424, settings: str) -> None:
    speaker = Speaker(card)
    speaker.log_in(KEYS[0])
    assert speaker.raw(0x5F, b"\x02", octets(settings), full=True) == b"\x91\x9e"
    assert card.eeprom["settings.2"] == SEALED


def test_settings_of_a_wrong_length_and_mirrors_elsewhere_are_refused(card: Ntag424) -> None:
    speaker = Speaker(card)
    speaker.log_in(KEYS[0])
    assert speaker.raw(0x5F, b"\x02", SEALED[:-1], full=True) == b"\x91\x7e"
    speaker.log_in(KEYS[0])
    assert speaker.raw(0x5F, b"\x03", SEALED, full=True) == b"\x91\x9d"
