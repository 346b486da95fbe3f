"""EV2First and EV2NonFirst: card and terminal prove to each other that they hold the same AES key (NXP AN12196).

Each side enciphers the other's random number. The answer proves that the key is in the chip now (level P4); a copy of
everything that was ever said to the card proves nothing.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from cards.aes import BLOCK, AesKey, decrypt, encrypt, xor
from cards.apdu import NATIVE_MORE, NATIVE_SUCCESS, NEXT_FRAME, Answer, ask, wrap
from cards.cmac import cmac
from cards.dialogue import Dialogue
from cards.errors import BadAnswer, CardRefused, ProofFailed
from cards.ev2_session import TI_BYTES, Ev2Session

FIRST, NON_FIRST = 0x71, 0x77
AUTHENTICATION_ERROR = 0x91AE
_NO_CAPABILITIES = b"\0"
_ENC_LABEL, _MAC_LABEL = b"\xa5\x5a\x00\x01\x00\x80", b"\x5a\xa5\x00\x01\x00\x80"
PROOF_BYTES = 2 * BLOCK
_CAPABILITY_BYTES = 6


@dataclass(frozen=True, slots=True)
class Ev2Proof:
    """The deciphered end of EV2First. Capabilities are what card (PDcap2) and reader (PCDcap2) can; none is used."""

    ti: bytes
    echoed: bytes
    card_can: bytes
    reader_can: bytes

    @classmethod
    def read(cls, plain: bytes) -> Ev2Proof:
        """From exactly PROOF_BYTES."""
        echo_end = TI_BYTES + BLOCK
        card_end = echo_end + _CAPABILITY_BYTES
        return cls(plain[:TI_BYTES], plain[TI_BYTES:echo_end], plain[echo_end:card_end], plain[card_end:])


def authenticate_ev2_first(key: AesKey, key_no: int, rnd_a: bytes) -> Dialogue[Ev2Session]:
    """Begin a session with key `key_no` of the selected application. `rnd_a` are 16 fresh random bytes.

    Raises ProofFailed if the card does not hold `key`, CardRefused if it has no such key or makes us wait after
    failures (91AD), BadAnswer for an answer of another shape.
    """
    rnd_b = yield from _challenge(FIRST, bytes((key_no,)) + _NO_CAPABILITIES, key)
    proof = Ev2Proof.read((yield from _prove(key, rnd_a, rnd_b, PROOF_BYTES)))
    _judge(proof.echoed, rnd_a)
    return Ev2Session(*session_keys(key, rnd_a, rnd_b), proof.ti, key_no)


def authenticate_ev2_non_first(session: Ev2Session, key: AesKey, key_no: int, rnd_a: bytes) -> Dialogue[Ev2Session]:
    """Go on with another key in the same transaction: TI and counter of `session` stay. Raises as EV2First does."""
    rnd_b = yield from _challenge(NON_FIRST, bytes((key_no,)), key)
    echoed = yield from _prove(key, rnd_a, rnd_b, BLOCK)
    _judge(echoed, rnd_a)
    return Ev2Session(*session_keys(key, rnd_a, rnd_b), session.ti, key_no, session.counter)


def session_keys(key: AesKey, rnd_a: bytes, rnd_b: bytes) -> tuple[AesKey, AesKey]:
    """The keys for enciphering and for codes, bound to both random numbers."""
    enc, mac = session_vectors(rnd_a, rnd_b)
    return AesKey(cmac(key, enc)), AesKey(cmac(key, mac))


def session_vectors(rnd_a: bytes, rnd_b: bytes) -> tuple[bytes, bytes]:
    """SV1 and SV2 of AN12196: what the two session keys are made of."""
    mixed = rnd_a[:2] + xor(rnd_a[2:8], rnd_b[:6]) + rnd_b[6:] + rnd_a[8:]
    return _ENC_LABEL + mixed, _MAC_LABEL + mixed


def rotated(number: bytes) -> bytes:
    """One byte to the left, as each side sends the other's number back."""
    return number[1:] + number[:1]


def _challenge(ins: int, data: bytes, key: AesKey) -> Dialogue[bytes]:
    answer = yield from ask(wrap(ins, data))
    return decrypt(key, part_of(answer, NATIVE_MORE, BLOCK, "the challenge"))


def _prove(key: AesKey, rnd_a: bytes, rnd_b: bytes, length: int) -> Dialogue[bytes]:
    if len(rnd_a) != BLOCK:
        raise ValueError(f"the terminal's random number has {BLOCK} bytes, this one {len(rnd_a)}")
    answer = yield from ask(wrap(NEXT_FRAME, encrypt(key, rnd_a + rotated(rnd_b))))
    if answer.sw == AUTHENTICATION_ERROR:
        raise ProofFailed("the card says that it does not hold this key")
    return decrypt(key, part_of(answer, NATIVE_SUCCESS, length, "the proof"))


def part_of(answer: Answer, sw: int, length: int, what: str) -> bytes:
    """The data of one part of an authentication, which has exactly this status and length."""
    if answer.sw != sw:
        raise CardRefused(answer.sw, f"{what} of an authentication")
    if len(answer.data) != length:
        raise BadAnswer(f"{what} of an authentication has {len(answer.data)} bytes, not {length}")
    return answer.data


def _judge(echoed: bytes, rnd_a: bytes) -> None:
    if not hmac.compare_digest(echoed, rotated(rnd_a)):
        raise ProofFailed("the card's proof is wrong: it does not hold this key")
