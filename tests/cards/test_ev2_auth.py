"""EV2First as NXP prints it, and every way in which a card can fail to prove itself."""

from __future__ import annotations

from typing import Any

import pytest

from cards.aes import AesKey, decrypt, encrypt
from cards.dialogue import converse
from cards.errors import BadAnswer, CardError, CardRefused, ProofFailed
from cards.ev2_auth import (
    authenticate_ev2_first,
    authenticate_ev2_non_first,
    rotated,
    session_keys,
    session_vectors,
)
from cards.ev2_session import Ev2Session
from tests.cards.known import Scripted, each_flipped, entry, octets

KNOWN = entry("an12196-ev2first-key0")


def meet(known: dict[str, Any], card: Scripted) -> Ev2Session:
    key = AesKey(octets(known["key"]))
    return converse(authenticate_ev2_first(key, known["key_no"], octets(known["rnd_a"])), card)


@pytest.mark.parametrize("id", ["an12196-ev2first-key0", "an12196-ev2first-key3"])
def test_the_printed_conversation(id: str) -> None:
    known = entry(id)
    card = Scripted(known["r_apdu_1"], known["r_apdu_2"])
    session = meet(known, card)
    assert card.heard == [known["c_apdu_1"], known["c_apdu_2"]]
    assert (session.ti, session.key_no, session.counter) == (octets(known["ti"]), known["key_no"], 0)
    assert session.enc.value == octets(known["k_ses_auth_enc"])
    assert session.mac.value == octets(known["k_ses_auth_mac"])


def test_what_session_keys_are_made_of() -> None:
    vectors = session_vectors(octets(KNOWN["rnd_a"]), octets(KNOWN["rnd_b"]))
    assert vectors == (octets(KNOWN["sv1"]), octets(KNOWN["sv2"]))
    light = entry("an12343-ev2-session-keys-desfire-light")
    enc, mac = session_keys(AesKey(octets(light["key"])), octets(light["rnd_a"]), octets(light["rnd_b"]))
    assert (enc.value, mac.value) == (octets(light["k_ses_auth_enc"]), octets(light["k_ses_auth_mac"]))


def test_a_proof_altered_where_it_counts_is_refused() -> None:
    """An altered first or second block garbles the echoed number; bytes after it are the card's capabilities."""
    proof = octets(KNOWN["r_apdu_2"])[:-2]
    for altered in list(each_flipped(proof))[:16]:
        with pytest.raises(ProofFailed, match="does not hold this key"):
            meet(KNOWN, Scripted(KNOWN["r_apdu_1"], altered.hex() + "9100"))


def test_another_key_proves_nothing() -> None:
    other = {**KNOWN, "key": "00" * 15 + "01"}
    with pytest.raises(ProofFailed):
        meet(other, Scripted(KNOWN["r_apdu_1"], KNOWN["r_apdu_2"]))


def test_an_old_conversation_proves_nothing() -> None:
    """The same answers to another random number of ours."""
    with pytest.raises(ProofFailed):
        meet({**KNOWN, "rnd_a": "00" * 16}, Scripted(KNOWN["r_apdu_1"], KNOWN["r_apdu_2"]))


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        (("9140",), CardRefused),
        (("91AD",), CardRefused),
        (("00" * 16 + "9100",), CardRefused),
        (("00" * 15 + "91AF",), BadAnswer),
        (("91AF",), BadAnswer),
        ((KNOWN["r_apdu_1"], "91AE"), ProofFailed),
        ((KNOWN["r_apdu_1"], KNOWN["r_apdu_2"][:-4] + "91AF"), CardRefused),
        ((KNOWN["r_apdu_1"], "00" * 16 + "9100"), BadAnswer),
        ((KNOWN["r_apdu_1"], "9100"), BadAnswer),
        ((KNOWN["r_apdu_1"], "90"), BadAnswer),
    ],
)
def test_bad_answers_are_told_apart(answers: tuple[str, ...], error: type[CardError]) -> None:
    with pytest.raises(error) as caught:
        meet(KNOWN, Scripted(*answers))
    assert type(caught.value) is error


def test_a_short_random_number_of_ours_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        meet({**KNOWN, "rnd_a": "00" * 8}, Scripted(KNOWN["r_apdu_1"], KNOWN["r_apdu_2"]))


def test_a_second_key_keeps_identifier_and_counter() -> None:
    key, rnd_a, rnd_b = AesKey(b"k" * 16), bytes(range(16)), bytes(range(16, 32))
    before = Ev2Session(AesKey(bytes(16)), AesKey(bytes(16)), b"\1\2\3\4", 0, 7)
    proof = encrypt(key, rotated(rnd_a))
    card = Scripted(encrypt(key, rnd_b).hex() + "91AF", proof.hex() + "9100")
    session = converse(authenticate_ev2_non_first(before, key, 2, rnd_a), card)
    assert (session.ti, session.counter, session.key_no) == (before.ti, 7, 2)
    assert (session.enc, session.mac) == session_keys(key, rnd_a, rnd_b)
    assert card.heard[0] == "90770000010200"
    assert decrypt(key, octets(card.heard[1][10:-2])) == rnd_a + rotated(rnd_b)
    with pytest.raises(ProofFailed):
        converse(
            authenticate_ev2_non_first(before, key, 2, rnd_a),
            Scripted(encrypt(key, rnd_b).hex() + "91AF", encrypt(key, rnd_a).hex() + "9100"),
        )
