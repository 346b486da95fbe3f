"""AuthenticateAES (AA) of DESFire EV1: card and terminal prove to each other that they hold the same AES key.

Unlike EV2First, the initial vector goes on over all three messages: each begins with the last block of the one before.
"""

from __future__ import annotations

import hmac

from cards.aes import BLOCK, AesKey, decrypt, encrypt
from cards.apdu import NATIVE_MORE, NATIVE_SUCCESS, NEXT_FRAME, ask, wrap
from cards.dialogue import Dialogue
from cards.errors import ProofFailed
from cards.ev1_session import Ev1Session
from cards.ev2_auth import AUTHENTICATION_ERROR, part_of, rotated

AUTHENTICATE_AES = 0xAA


def authenticate_ev1(key: AesKey, key_no: int, rnd_a: bytes) -> Dialogue[Ev1Session]:
    """Begin a session with key `key_no` of the selected application. `rnd_a` are 16 fresh random bytes.

    Raises ProofFailed if the card does not hold `key`, CardRefused if it has no such key, BadAnswer for an answer of
    another shape.
    """
    if len(rnd_a) != BLOCK:
        raise ValueError(f"the terminal's random number has {BLOCK} bytes, this one {len(rnd_a)}")
    answer = yield from ask(wrap(AUTHENTICATE_AES, bytes((key_no,))))
    challenge = part_of(answer, NATIVE_MORE, BLOCK, "the challenge")
    rnd_b = decrypt(key, challenge)
    token = encrypt(key, rnd_a + rotated(rnd_b), challenge)
    answer = yield from ask(wrap(NEXT_FRAME, token))
    if answer.sw == AUTHENTICATION_ERROR:
        raise ProofFailed("the card says that it does not hold this key")
    proof = decrypt(key, part_of(answer, NATIVE_SUCCESS, BLOCK, "the proof"), token[-BLOCK:])
    if not hmac.compare_digest(proof, rotated(rnd_a)):
        raise ProofFailed("the card's proof is wrong: it does not hold this key")
    return Ev1Session(session_key(rnd_a, rnd_b), key_no)


def session_key(rnd_a: bytes, rnd_b: bytes) -> AesKey:
    """The first and the last four bytes of each random number, by turns."""
    return AesKey(rnd_a[:4] + rnd_b[:4] + rnd_a[12:] + rnd_b[12:])
