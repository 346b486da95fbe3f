"""FM1208, a CPU card with FMCOS: select, and authentication in both directions with DES or triple DES.

From public descriptions of FMCOS 2.0; no real card was at hand. The card proves itself by INTERNAL AUTHENTICATE (88):
it enciphers 8 bytes that we drew. We prove ourselves by EXTERNAL AUTHENTICATE (82): we encipher 8 bytes that it drew,
and each failure costs one of a few tries, the last of which locks the key for good. So a try is made once, with the key
that was given, and never where few tries are left; no key is ever guessed. INTERNAL AUTHENTICATE costs no try.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.modes import ECB

from cards.apdu import SHORT_ANSWER_MAX, SUCCESS, Command, ask, ask_iso
from cards.atr import CardType, Kind
from cards.dialogue import Dialogue
from cards.errors import BadAnswer, CardError, CardRefused, ProofFailed
from cards.plugin import Draw

BLOCK = 8
KEY_SIZES = (BLOCK, 2 * BLOCK)  # DES, and triple DES with two keys
SELECT, GET_CHALLENGE, EXTERNAL, INTERNAL = 0xA4, 0x84, 0x82, 0x88
BY_NAME, BY_FILE = 0x04, 0x00
NAME_BYTES = range(5, 17)
MASTER_FILE = 0x3F00
LEAST_TRIES = 2  # with so few left no try is made: the last one belongs to whoever looks after the card
_TRIES_LEFT, _TRIES_MASK = 0x63C0, 0x000F
_LOCKED = 0x6983


@dataclass(frozen=True, slots=True)
class FmKey:
    """A key of 8 or 16 bytes. Its repr is empty."""

    value: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.value) not in KEY_SIZES:
            raise ValueError(f"a key of an FM1208 has 8 or 16 bytes, this one {len(self.value)}")


class WrongKey(CardError):
    """The card did not take our key; `left` tries are left before it locks."""

    def __init__(self, left: int) -> None:
        super().__init__(f"the card did not take the key, and locks it after {left} more: find out why before the next")
        self.left = left


class KeyLocked(CardError):
    """The card takes this key from nobody any more."""


class TooFewTries(CardError):
    """So few tries are left that none is made: nothing was sent to the card."""


def select_file(number: int) -> Dialogue[bytes]:
    """Select a file by its number; gives what the card says of it."""
    return (yield from ask_iso(_select(BY_FILE, number.to_bytes(2, "big")), f"the choice of file {number:04X}"))


def select_name(name: bytes) -> Dialogue[bytes]:
    """Select an application by its name, of 5 to 16 bytes; gives what the card says of it."""
    if len(name) not in NAME_BYTES:
        raise ValueError(f"an application's name has 5 to 16 bytes, not {len(name)}")
    return (yield from ask_iso(_select(BY_NAME, name), "the choice of an application"))


def get_challenge() -> Dialogue[bytes]:
    """Eight bytes that the card drew, good for the next command alone."""
    drawn = yield from ask_iso(Command(0, GET_CHALLENGE, le=BLOCK), "the drawing of a challenge")
    if len(drawn) != BLOCK:
        raise BadAnswer(f"a challenge of {len(drawn)} bytes, not {BLOCK}")
    return drawn


def internal_authenticate(key: FmKey, key_no: int, challenge: bytes) -> Dialogue[None]:
    """The card proves that it holds `key`. `challenge` is 8 fresh bytes of chance; raises ProofFailed."""
    if len(challenge) != BLOCK:
        raise ValueError(f"a challenge has {BLOCK} bytes, not {len(challenge)}")
    command = Command(0, INTERNAL, 0, key_no, challenge, BLOCK)
    answer = yield from ask_iso(command, f"its proof with key {key_no}")
    if len(answer) != BLOCK:
        raise BadAnswer(f"a proof of {len(answer)} bytes, not {BLOCK}")
    if not hmac.compare_digest(answer, _encipher(key, challenge)):
        raise ProofFailed(f"the card does not hold our key {key_no}")


def external_authenticate(key: FmKey, key_no: int, left: int | None = None) -> Dialogue[None]:
    """We prove to the card that we hold `key`, in one try.

    `left` is how many tries the last failure left (`WrongKey.left`), None after none: whoever leads the dialogue keeps
    it by card and key. Raises WrongKey, KeyLocked or, before anything is sent, TooFewTries.
    """
    if left is not None and left <= LEAST_TRIES:
        raise TooFewTries(f"key {key_no} of this card has {left} tries left: none is made here")
    drawn = yield from get_challenge()
    answer = yield from ask(Command(0, EXTERNAL, 0, key_no, _encipher(key, drawn)))
    if answer.sw & ~_TRIES_MASK == _TRIES_LEFT:
        raise WrongKey(answer.sw & _TRIES_MASK)
    if answer.sw == _LOCKED:
        raise KeyLocked(f"key {key_no} of this card is locked: the card has to be replaced")
    if answer.sw != SUCCESS:
        raise CardRefused(answer.sw, f"our proof with key {key_no}")


def _select(how: int, data: bytes) -> Command:
    return Command(0, SELECT, how, 0, data, SHORT_ANSWER_MAX)


def _encipher(key: FmKey, block: bytes) -> bytes:
    whole = key.value * 3 if len(key.value) == BLOCK else key.value + key.value[:BLOCK]
    encryptor = Cipher(TripleDES(whole), ECB()).encryptor()
    return encryptor.update(block) + encryptor.finalize()


class Fm1208:
    """The kind, as a plug-in (`cards.plugin`): INTERNAL AUTHENTICATE in the master file, which costs no try."""

    name = "fm1208"

    def knows(self, card: CardType) -> bool:
        return card.kind is Kind.FM1208

    def prove(self, key: bytes, key_no: int, draw: Draw) -> Dialogue[None]:
        """ValueError for a key that has neither 8 nor 16 bytes."""
        yield from select_file(MASTER_FILE)
        yield from internal_authenticate(FmKey(key), key_no, draw(BLOCK))


PLUGIN = Fm1208()
