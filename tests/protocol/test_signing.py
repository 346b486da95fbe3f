"""Signed documents: another purpose, another signer, one changed byte, and the signature no longer holds."""

from __future__ import annotations

import pytest

from protocol import signing
from protocol.canonical import CanonicalError
from protocol.signing import SignatureError, Signed
from tests.protocol.examples import DEVICE_KEY, HQ_KEY

TRUST = signing.public_hex(HQ_KEY)
VALUE = {"until_ms": 5, "name": "金卡"}


def signed() -> Signed:
    return Signed.make("spend_until", VALUE, HQ_KEY)


def test_the_signer_can_be_believed() -> None:
    assert signed().open("spend_until", TRUST) == VALUE


def test_one_purpose_does_not_pass_for_another() -> None:
    with pytest.raises(SignatureError, match="'time' is needed"):
        signed().open("time", TRUST)
    relabelled = signed().model_copy(update={"purpose": "time"})
    with pytest.raises(SignatureError, match="does not match"):
        relabelled.open("time", TRUST)


def test_another_key_is_not_believed() -> None:
    with pytest.raises(SignatureError):
        signed().open("spend_until", signing.public_hex(DEVICE_KEY))
    with pytest.raises(SignatureError):
        Signed.make("spend_until", VALUE, DEVICE_KEY).open("spend_until", TRUST)


def test_every_changed_character_is_found() -> None:
    good = signed()
    for at in range(len(good.payload)):
        changed = good.payload[:at] + chr(ord(good.payload[at]) ^ 1) + good.payload[at + 1 :]
        with pytest.raises(SignatureError):
            good.model_copy(update={"payload": changed}).open("spend_until", TRUST)


def test_every_changed_bit_of_the_signature_is_found() -> None:
    good = signed()
    raw = bytearray.fromhex(good.signature)
    for at in range(len(raw)):
        raw[at] ^= 1
        with pytest.raises(SignatureError):
            good.model_copy(update={"signature": raw.hex()}).open("spend_until", TRUST)
        raw[at] ^= 1
    assert good.model_copy(update={"signature": raw.hex()}).open("spend_until", TRUST) == VALUE


@pytest.mark.parametrize("key", ["", "00", "zz" * 32, "00" * 32, "ff" * 32, TRUST + "00"])
def test_a_key_that_is_none_is_a_signature_error(key: str) -> None:
    with pytest.raises(SignatureError):
        signed().open("spend_until", key)


def test_a_lone_surrogate_in_the_payload_is_a_signature_error() -> None:
    with pytest.raises(SignatureError):
        signed().model_copy(update={"payload": "\ud800"}).open("spend_until", TRUST)


def test_a_document_with_floats_is_not_signed() -> None:
    with pytest.raises(CanonicalError):
        Signed.make("programme", {"rate": 1.5}, HQ_KEY)


def test_keys_as_hex() -> None:
    again = signing.private_from_hex(signing.private_hex(HQ_KEY))
    assert signing.public_hex(again) == TRUST
    one, other = (signing.private_from_hex(letter * 64) for letter in "ab")
    assert signing.public_hex(one) != signing.public_hex(other)
    with pytest.raises(ValueError, match="32 bytes"):
        signing.private_from_hex("00")
