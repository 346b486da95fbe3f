"""FM1208 against the emulated card, which shares no code with this; no try is wasted and no key guessed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards import fm1208
from cards.atr import card_type
from cards.dialogue import Dialogue, converse
from cards.errors import BadAnswer, CardError, CardRefused, ProofFailed
from cards.fm1208 import FmKey, KeyLocked, TooFewTries, WrongKey
from drivers.virtual.cards.fm1208 import MASTER_NAME, TRIES, Fm1208, delivered

INNER, OUTER, WRONG = FmKey(bytes(range(16))), FmKey(bytes(range(8))), FmKey(b"\xff" * 8)
CHALLENGE = bytes.fromhex("0011223344556677")


@pytest.fixture
def card() -> Fm1208:
    keys = {0: INNER.value}, {1: OUTER.value}
    return Fm1208(delivered(bytes.fromhex("11223344"), *keys), Random(6).randbytes)


def test_it_is_selected_by_file_and_by_name(card: Fm1208) -> None:
    assert MASTER_NAME in converse(fm1208.select_file(0x3F00), card.answer)
    assert MASTER_NAME in converse(fm1208.select_name(MASTER_NAME), card.answer)
    with pytest.raises(CardRefused, match="1234"):
        converse(fm1208.select_file(0x1234), card.answer)


def test_the_card_proves_itself_and_a_copy_does_not(card: Fm1208) -> None:
    converse(fm1208.internal_authenticate(INNER, 0, CHALLENGE), card.answer)
    copy = Fm1208(delivered(card.uid, {0: bytes(16)}, {}), Random(6).randbytes)
    with pytest.raises(ProofFailed):
        converse(fm1208.internal_authenticate(INNER, 0, CHALLENGE), copy.answer)


def test_an_old_answer_does_not_prove_a_new_challenge(card: Fm1208) -> None:
    old = card.answer(bytes.fromhex("0088000008") + CHALLENGE + b"\x08")
    with pytest.raises(ProofFailed):
        converse(fm1208.internal_authenticate(INNER, 0, CHALLENGE[::-1]), lambda _: old)


def test_asking_for_its_proof_costs_no_try(card: Fm1208) -> None:
    for _ in range(TRIES + 3):
        with pytest.raises(ProofFailed):
            converse(fm1208.internal_authenticate(WRONG, 0, CHALLENGE), card.answer)
    converse(fm1208.external_authenticate(OUTER, 1), card.answer)


def test_the_card_trusts_whoever_holds_its_key(card: Fm1208) -> None:
    converse(fm1208.external_authenticate(OUTER, 1), card.answer)
    assert card.trusted == {1}


def test_a_wrong_key_is_tried_once_and_the_last_tries_are_left_alone(card: Fm1208) -> None:
    left: int | None = None
    for expected in (4, 3, 2):
        with pytest.raises(WrongKey, match=f"after {expected} more") as wrong:
            converse(fm1208.external_authenticate(WRONG, 1, left), card.answer)
        left = wrong.value.left
    sent = list[bytes]()
    with pytest.raises(TooFewTries, match="2 tries"):
        converse(fm1208.external_authenticate(OUTER, 1, left), sent.append)  # type: ignore[arg-type]  # never answers
    assert sent == []
    assert card.eeprom["tries.1"] == b"\x02"


def test_without_that_care_the_key_would_lock(card: Fm1208) -> None:
    """The control: whoever forgets what the card said locks it, and the right key comes too late."""
    for _ in range(TRIES):
        with pytest.raises(WrongKey):
            converse(fm1208.external_authenticate(WRONG, 1), card.answer)
    with pytest.raises(KeyLocked, match="replaced"):
        converse(fm1208.external_authenticate(OUTER, 1), card.answer)


def test_a_key_that_the_card_does_not_have_is_refused(card: Fm1208) -> None:
    with pytest.raises(CardRefused, match="key 7"):
        converse(fm1208.external_authenticate(OUTER, 7), card.answer)


def test_as_a_plugin_it_knows_its_atr_and_asks_for_a_fresh_proof(card: Fm1208) -> None:
    assert fm1208.PLUGIN.knows(card_type(card.atr))
    assert not fm1208.PLUGIN.knows(card_type(bytes.fromhex("3B8180018080")))
    drawn = iter([CHALLENGE, CHALLENGE[::-1]])
    for _ in range(2):
        converse(fm1208.PLUGIN.prove(INNER.value, 0, lambda _: next(drawn)), card.answer)
    with pytest.raises(ProofFailed):
        converse(fm1208.PLUGIN.prove(WRONG.value, 0, Random(1).randbytes), card.answer)


@pytest.mark.parametrize("length", [0, 4, 9])
def test_a_challenge_of_another_length_is_not_enciphered(length: int) -> None:
    sent = list[bytes]()

    def transmit(command: bytes) -> bytes:
        sent.append(command)
        return bytes(length) + b"\x90\x00"

    with pytest.raises(BadAnswer, match="challenge"):
        converse(fm1208.external_authenticate(OUTER, 1), transmit)
    assert len(sent) == 1


def test_keys_challenges_and_names_have_their_sizes() -> None:
    with pytest.raises(ValueError, match="8 or 16"):
        FmKey(bytes(24))
    with pytest.raises(ValueError, match="8 bytes"):
        converse(fm1208.internal_authenticate(INNER, 0, b"short"), lambda _: b"")
    with pytest.raises(ValueError, match="5 to 16"):
        converse(fm1208.select_name(b"abcd"), lambda _: b"")


def test_secrets_appear_in_no_text() -> None:
    assert str(INNER.value) not in repr(INNER)
    assert "0001020304" not in repr(INNER)


DIALOGUES: list[Callable[[], Dialogue[object]]] = [
    lambda: fm1208.select_file(0x3F00),
    lambda: fm1208.internal_authenticate(INNER, 0, CHALLENGE),
    lambda: fm1208.external_authenticate(OUTER, 1),
    fm1208.get_challenge,
]


@pytest.mark.parametrize("begin", DIALOGUES)
@given(answers=st.lists(st.binary(max_size=20) | st.binary(min_size=8, max_size=8).map(lambda d: d + b"\x90\x00")))
def test_any_answers_end_a_dialogue_well(begin: Callable[[], Dialogue[object]], answers: list[bytes]) -> None:
    left = iter([*answers, *[b"\x6f\x00"] * 3])
    try:
        converse(begin(), lambda _: next(left))
    except CardError:
        return
