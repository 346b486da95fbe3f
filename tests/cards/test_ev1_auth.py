"""AuthenticateAES as published, and every way in which a card can fail to prove itself."""

from __future__ import annotations

from typing import Any

import pytest

from cards.aes import AesKey
from cards.dialogue import converse
from cards.errors import BadAnswer, CardError, CardRefused, ProofFailed
from cards.ev1_auth import authenticate_ev1
from cards.ev1_session import Ev1Session
from tests.cards.known import Scripted, each_flipped, entry, octets

KNOWN = entry("ev1-aes-auth-key-zero")
ANSWERS = (KNOWN["enc_rnd_b"] + "91AF", KNOWN["enc_rnd_a_response"] + "9100")


def meet(known: dict[str, Any], card: Scripted) -> Ev1Session:
    key_no = octets(known["native_cmd"])[1]
    return converse(authenticate_ev1(AesKey(octets(known["key"])), key_no, octets(known["rnd_a"])), card)


@pytest.mark.parametrize("id", ["ev1-aes-auth-key-zero", "ev1-aes-auth-key1"])
def test_the_published_conversation(id: str) -> None:
    known = entry(id)
    card = Scripted(known["enc_rnd_b"] + "91AF", known["enc_rnd_a_response"] + "9100")
    session = meet(known, card)
    assert session.key.value == octets(known["session_key"])
    key_no = known["native_cmd"][2:]
    assert card.heard == ["90AA000001" + key_no + "00", "90AF000020" + known["token"] + "00"]
    assert session.key_no == int(key_no)


def test_an_altered_proof_is_refused() -> None:
    for altered in each_flipped(octets(KNOWN["enc_rnd_a_response"])):
        with pytest.raises(ProofFailed):
            meet(KNOWN, Scripted(ANSWERS[0], altered.hex() + "9100"))


def test_an_old_conversation_or_another_key_proves_nothing() -> None:
    for other in ({"rnd_a": "00" * 16}, {"key": "00" * 15 + "01"}):
        with pytest.raises(ProofFailed):
            meet({**KNOWN, **other}, Scripted(*ANSWERS))


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        (("9140",), CardRefused),
        (("00" * 8 + "91AF",), BadAnswer),
        ((ANSWERS[0], "91AE"), ProofFailed),
        ((ANSWERS[0], "91AF"), CardRefused),
        ((ANSWERS[0], "00" * 8 + "9100"), BadAnswer),
    ],
)
def test_bad_answers_are_told_apart(answers: tuple[str, ...], error: type[CardError]) -> None:
    with pytest.raises(error) as caught:
        meet(KNOWN, Scripted(*answers))
    assert type(caught.value) is error


def test_a_short_random_number_of_ours_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        meet({**KNOWN, "rnd_a": "00"}, Scripted(*ANSWERS))
