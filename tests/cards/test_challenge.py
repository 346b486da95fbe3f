"""Each kind of card that is issued with a key proves it, and only with that key."""

from collections.abc import Iterator
from itertools import count
from random import Random

import pytest

from cards.aes import AesKey
from cards.challenge import CHALLENGES, challenge
from cards.dialogue import converse
from cards.errors import CardError, CardRefused, ProofFailed
from drivers.virtual.cards.card import Card
from drivers.virtual.cards.card_kinds import KINDS, MAKERS

KEY, OTHER, RND_A = AesKey(bytes(range(16))), AesKey(bytes(range(1, 17))), bytes(range(100, 116))
AID = bytes.fromhex("495150")
UID = "04A1B2C3D4E5F6"


def card(technology: str) -> Card:
    """A card with `KEY` under number 1."""
    kind = technology.partition("_")[0]
    keys = [bytes(16).hex(), KEY.value.hex()]
    memory = MAKERS[kind](bytes.fromhex(UID), {"keys": keys if kind == "ntag424" else {AID.hex(): keys}})
    return KINDS[kind](memory, Random(1).randbytes)


@pytest.mark.parametrize("technology", CHALLENGES)
def test_a_card_proves_its_key_and_no_other(technology: str) -> None:
    converse(challenge(technology, AID, KEY, 1, RND_A), card(technology).answer)
    with pytest.raises(ProofFailed):
        converse(challenge(technology, AID, OTHER, 1, RND_A), card(technology).answer)


@pytest.mark.parametrize("technology", CHALLENGES)
def test_a_card_of_another_kind_does_not_answer(technology: str) -> None:
    other = "desfire_ev2" if technology == "ntag424" else "ntag424"
    with pytest.raises(CardRefused):
        converse(challenge(technology, AID, KEY, 1, RND_A), card(other).answer)


def lies(answer: bytes) -> Iterator[bytes]:
    """What else a card could say: each byte altered, each beginning, more of it, and other words at its end."""
    for at in range(len(answer)):
        yield answer[:at] + bytes((answer[at] ^ 0x80,)) + answer[at + 1 :]
        yield answer[:at]
    yield answer[:-2] * 2 + answer[-2:]
    for status in ("9000", "9100", "91AF", "91AE"):
        yield from (said + bytes.fromhex(status) for said in (b"", answer[:-2]))


@pytest.mark.parametrize("turn", [1, 2], ids=["challenge", "proof"])
@pytest.mark.parametrize("technology", CHALLENGES)
def test_a_card_that_lies_once_proves_nothing(technology: str, turn: int) -> None:
    honest: list[bytes] = []

    def told(lie: bytes | None) -> None:
        """The whole talk, with `lie` in place of one answer."""
        real, turns = card(technology), count()

        def answer(command: bytes) -> bytes:
            said = real.answer(command)
            honest.append(said)
            return lie if lie is not None and next(turns) == turn else said

        converse(challenge(technology, AID, KEY, 1, RND_A), answer)

    told(None)
    true = honest[turn]
    for lie in {*lies(true)} - {true}:
        with pytest.raises(CardError):
            told(lie)
    replayed = iter(honest[:3])
    with pytest.raises(ProofFailed):
        converse(challenge(technology, AID, KEY, 1, RND_A[::-1]), lambda _: next(replayed))


def test_a_card_without_the_application_does_not_answer() -> None:
    with pytest.raises(CardRefused, match="91A0"):
        converse(challenge("desfire_ev2", b"\1\2\3", KEY, 1, RND_A), card("desfire_ev2").answer)
