"""Commands about the whole card."""

from __future__ import annotations

import pytest

from cards.aes import AesKey
from cards.channel import InTheClear
from cards.dialogue import converse
from cards.errors import BadAnswer, CardRefused
from cards.ev2_session import Ev2Session
from cards.picc import get_card_uid, read_signature, set_configuration
from tests.cards.known import Scripted, entry, octets

SIGNATURE = entry("originality-ntag424-dna-2")["signature"]


def test_the_true_uid_as_printed() -> None:
    known = entry("an12196-getcarduid-full-response")
    keys = AesKey(octets(known["k_ses_auth_enc"])), AesKey(octets(known["k_ses_auth_mac"]))
    card = Scripted(known["r_apdu"])
    assert converse(get_card_uid(Ev2Session(*keys, octets(known["ti"]))), card) == octets(known["resp_plain"])
    assert card.heard == [known["c_apdu"]]


def test_the_true_uid_is_never_asked_in_the_clear() -> None:
    with pytest.raises(ValueError):
        converse(get_card_uid(InTheClear()), Scripted())


@pytest.mark.parametrize("status", ["9100", "9190"])
def test_a_signature_ends_in_either_status(status: str) -> None:
    card = Scripted(SIGNATURE + status)
    assert converse(read_signature(), card) == octets(SIGNATURE)
    assert card.heard == ["903C0000010000"]


@pytest.mark.parametrize(("answer", "error"), [("9190", BadAnswer), (SIGNATURE + "00" + "9190", BadAnswer)])
def test_a_signature_of_another_length_is_refused(answer: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        converse(read_signature(), Scripted(answer))


def test_a_card_without_a_signature_refuses() -> None:
    with pytest.raises(CardRefused, match="911C"):
        converse(read_signature(), Scripted("911C"))


def test_a_configuration_goes_out_enciphered() -> None:
    card = Scripted("919D")
    with pytest.raises(CardRefused):
        converse(set_configuration(Ev2Session(AesKey(bytes(16)), AesKey(bytes(16)), bytes(4)), 0, b"\2"), card)
    assert card.heard[0].startswith("905C00001900")
