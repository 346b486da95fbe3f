"""Links of cards as NXP and an open verifier print them; every altered part proves nothing; counters only rise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cards.aes import AesKey, encrypt
from cards.sun import (
    CounterVerdict,
    PiccData,
    SunError,
    SunFault,
    SunMessage,
    code,
    file_data,
    judge_counter,
    open_picc_data,
    read_picc_data,
    session_keys,
    session_vectors,
    verify,
)
from tests.cards.known import each_flipped, entry, octets

CUSTOM = entry("sdm-backend-sun-3-custom")
META, FILE = AesKey(octets(CUSTOM["k_sdm_meta_read"])), AesKey(octets(CUSTOM["k_sdm_file_read"]))


def message_of(known: dict[str, Any]) -> SunMessage:
    return SunMessage(
        octets(known["sdmmac"]),
        known["mac_input_ascii"].encode(),
        octets(known["picc_enc"]),
        file_enc=octets(known.get("enc_file_data", "")),
    )


MESSAGE = message_of(CUSTOM)


def test_the_keys_of_a_tap_as_printed() -> None:
    known = entry("an12196-sdm-session-keys")
    picc = PiccData(octets(known["uid"]), int.from_bytes(octets(known["sdm_read_ctr_le"]), "little"))
    assert session_vectors(picc) == (octets(known["sv1"]), octets(known["sv2"]))
    enc, mac = session_keys(AesKey(octets(known["k_sdm_file_read"])), picc)
    assert (enc.value, mac.value) == (octets(known["k_ses_enc"]), octets(known["k_ses_mac"]))


def test_a_link_without_a_signed_part_as_printed() -> None:
    known = entry("an12196-sun-1")
    zero = AesKey(bytes(16))
    picc = open_picc_data(zero, octets(known["picc_enc"]))
    assert (picc.uid, picc.counter, picc.tag) == (octets(known["uid"]), 61, 0xC7)
    assert verify(message_of(known), zero, lambda _: zero).counter == 61


def test_a_link_with_file_data_of_a_real_tag() -> None:
    sun = verify(MESSAGE, META, lambda uid: FILE if uid == octets(CUSTOM["uid"]) else None)
    assert (sun.uid, sun.counter) == (octets(CUSTOM["uid"]), CUSTOM["read_ctr"])
    assert sun.file_data == octets(CUSTOM["file_data"])


def test_a_link_in_the_clear_of_a_real_tag() -> None:
    """nfc-developer/sdm-backend, test_plain_sdm."""
    zero = AesKey(bytes(16))
    plain = SunMessage(octets("4B00064004B0B3D3"), picc=PiccData(octets("041E3C8A2D6B80"), 6))
    assert verify(plain, None, lambda _: zero).counter == 6
    with pytest.raises(SunError):
        verify(replace(plain, picc=PiccData(octets("041E3C8A2D6B80"), 7)), None, lambda _: zero)


def refused(message: SunMessage, meta: AesKey | None = META, file: AesKey | None = FILE) -> SunFault:
    with pytest.raises(SunError) as caught:
        verify(message, meta, lambda _: file)
    return caught.value.fault


def test_an_altered_code_or_text_is_refused() -> None:
    for altered in each_flipped(MESSAGE.code):
        assert refused(replace(MESSAGE, code=altered)) is SunFault.BAD_CODE
    for altered in each_flipped(MESSAGE.signed):
        assert refused(replace(MESSAGE, signed=altered)) is SunFault.BAD_CODE
    assert refused(replace(MESSAGE, code=b"")) is SunFault.BAD_CODE


def test_altered_picc_data_is_refused() -> None:
    for altered in each_flipped(MESSAGE.picc_enc):
        assert refused(replace(MESSAGE, picc_enc=altered)) in {SunFault.MALFORMED, SunFault.BAD_CODE}


def test_other_keys_and_unknown_cards_are_refused() -> None:
    assert refused(MESSAGE, file=META) is SunFault.BAD_CODE
    assert refused(MESSAGE, file=None) is SunFault.UNKNOWN_CARD
    assert refused(MESSAGE, meta=None) is SunFault.MALFORMED
    assert refused(replace(MESSAGE, picc_enc=MESSAGE.picc_enc[:15])) is SunFault.MALFORMED


@pytest.mark.parametrize("tag", [0x47, 0xC4, 0x00])
def test_picc_data_without_a_known_card_is_refused(tag: int) -> None:
    with pytest.raises(SunError, match="names no card"):
        read_picc_data(bytes((tag,)) + bytes(15))


def test_a_card_may_mirror_no_counter() -> None:
    plain = octets("87" + "04010203040506") + bytes(8)
    picc = open_picc_data(META, encrypt(META, plain))
    assert (picc.counter, picc.mirrored()) == (None, octets("04010203040506"))
    message = SunMessage(code(FILE, picc, b""), picc_enc=encrypt(META, plain))
    assert verify(message, META, lambda _: FILE).counter is None
    with pytest.raises(SunError, match="deciphered"):
        file_data(FILE, picc, bytes(16))


@pytest.mark.parametrize("length", [15, 272])
def test_file_data_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(SunError, match=str(length)):
        file_data(FILE, PiccData(bytes(7), 1), bytes(length))


def test_a_code_over_a_wrong_length_of_file_data_is_still_refused() -> None:
    picc = PiccData(octets(CUSTOM["uid"]), 5)
    message = SunMessage(code(FILE, picc, b""), picc=picc, file_enc=b"short")
    assert refused(message) is SunFault.MALFORMED


@pytest.mark.parametrize(
    ("seen", "now", "verdict"),
    [
        (None, 0, CounterVerdict.FRESH),
        (0, 1, CounterVerdict.FRESH),
        (7, 7, CounterVerdict.REPEATED),
        (7, 6, CounterVerdict.BACKWARDS),
        (7, 900, CounterVerdict.FRESH),
    ],
)
def test_counters_only_rise(seen: int | None, now: int, verdict: CounterVerdict) -> None:
    assert judge_counter(seen, now) is verdict
