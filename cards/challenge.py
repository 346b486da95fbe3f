"""The question that only a card's own key can answer, for each kind of card that is issued with one (level P4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cards import desfire, ntag424
from cards.aes import AesKey
from cards.dialogue import Dialogue
from cards.ev1_auth import authenticate_ev1
from cards.ev2_auth import authenticate_ev2_first

Challenge = Callable[[bytes, AesKey, int, bytes], Dialogue[None]]


def _ntag424(_: bytes, key: AesKey, key_no: int, rnd_a: bytes) -> Dialogue[None]:
    yield from ntag424.select_application()
    yield from authenticate_ev2_first(key, key_no, rnd_a)


def _desfire(authenticate: Callable[[AesKey, int, bytes], Dialogue[Any]]) -> Challenge:
    def challenge(application: bytes, key: AesKey, key_no: int, rnd_a: bytes) -> Dialogue[None]:
        yield from desfire.select_application(application)
        yield from authenticate(key, key_no, rnd_a)

    return challenge


CHALLENGES: Mapping[str, Challenge] = {
    "ntag424": _ntag424,
    "desfire_ev2": _desfire(authenticate_ev2_first),
    "desfire_ev1": _desfire(authenticate_ev1),
}


def challenge(technology: str, application: bytes, key: AesKey, key_no: int, rnd_a: bytes) -> Dialogue[None]:
    """Ask a card of `technology` for proof that key `key_no` of `application` is `key`; returns once it has proven it.

    `rnd_a` are 16 fresh random bytes. One try, with one key: a second one could lock the card. NTAG 424 DNA has one
    application, so it needs no name. Raises ProofFailed where the card has another key, CardRefused and BadAnswer
    where it does not answer the question; KeyError for a technology that is not in `CHALLENGES`.
    """
    return CHALLENGES[technology](application, key, key_no, rnd_a)
