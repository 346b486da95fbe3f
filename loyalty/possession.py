"""What was shown at the till, and which level of possession that is (cards.md, Assurance)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from loyalty.assurance import LEVELS, Shown


class Token(StrEnum):
    """What was shown."""

    CLAIM = "claim"  # a typed number, a printed barcode, a stripe
    UID = "uid"  # bytes that anyone can copy, with or without an originality signature
    CERTIFICATE = "certificate"  # the issuer's word in a card, for whoever does not know the card yet
    WRITE_BACK = "write_back"  # a card with a nonce that each use rewrites
    CODE = "code"  # a dynamic member code, in time and taken for the first time
    SUN = "sun"  # a one-time message of an NTAG 424 DNA, with a counter that HQ has not seen


CHALLENGE = "challenge"  # the kind of proof that is no token: an answer that only the card's key can give


class Challenge(StrEnum):
    """What became of the question that only the card's key can answer."""

    PASSED = "passed"
    FAILED = "failed"
    WITHHELD = "withheld"  # the card said nothing, or was not asked although the key is here
    NO_KEY = "no_key"  # the card's key is not at hand: a traveller


class Why(StrEnum):
    """Why a card is refused as a whole."""

    CHALLENGE_FAILED = "challenge_failed"
    CHALLENGE_WITHHELD = "challenge_withheld"


@dataclass(frozen=True)
class Evidence:
    """`issued_with_key` is what HQ or the card's certificate says; `challenge` is None for what can answer none, and
    for a SUN message whose code was proven instead.

    `trusted_clock` is whether the time of a code could be judged, `hq` whether HQ looked at it just now.
    """

    token: Token
    issued_with_key: bool = False
    challenge: Challenge | None = None
    trusted_clock: bool = True
    hq: bool = False


@dataclass(frozen=True)
class Proof:
    """How a member is proven: possession to a level of `loyalty.assurance` by what was shown, and knowledge by the PIN.

    `kind` is that of a Token, CHALLENGE, or "" where nobody told; `key_at_hand` is False for a traveller's card.
    """

    level: str
    kind: str = ""
    key_at_hand: bool = True
    pin: bool = False

    def shown(self, *, hq: bool = False, staff: bool = False) -> Shown:
        """What the table of assurance judges."""
        return Shown(self.level, pin=self.pin, staff=staff, hq=hq, key_at_hand=self.key_at_hand)

    def joined(self, other: Proof) -> Proof:
        """Both proofs of one member: the stronger possession, and a PIN that was given once."""
        strongest = max(self, other, key=lambda each: (LEVELS.index(each.level), each.key_at_hand))
        return replace(strongest, pin=self.pin or other.pin)


@dataclass(frozen=True)
class Possession:
    """What the evidence proves, or `refused` says why it is not taken."""

    proof: Proof
    refused: Why | None = None


_LEVELS = {
    Token.CLAIM: "P0",
    Token.UID: "P1",
    Token.CERTIFICATE: "P1",
    Token.WRITE_BACK: "P2",
    Token.CODE: "P3",
    Token.SUN: "P3",
}
_REFUSED = {
    Challenge.FAILED: Why.CHALLENGE_FAILED,
    Challenge.WITHHELD: Why.CHALLENGE_WITHHELD,
    None: Why.CHALLENGE_WITHHELD,
}


def possession(evidence: Evidence) -> Possession:
    """How far the evidence goes. A card that was issued with a key passes its challenge or is refused, except where its
    key is not at hand: then it counts as what anyone can copy."""
    if evidence.challenge is Challenge.PASSED:
        return Possession(Proof("P4", CHALLENGE))
    by_link = evidence.token is Token.SUN and evidence.challenge is None
    if evidence.issued_with_key and evidence.challenge in _REFUSED and not by_link:
        return Possession(Proof("P0", evidence.token.value), _REFUSED[evidence.challenge])
    at_hand = by_link or not evidence.issued_with_key
    return Possession(Proof(_plain(evidence), evidence.token.value, key_at_hand=at_hand))


def _plain(evidence: Evidence) -> str:
    """Without a challenge. A code whose time nobody can judge, and a SUN message that HQ has not seen, may have been
    collected in advance: they count as copyable."""
    late = evidence.token is Token.CODE and not evidence.trusted_clock
    collected = evidence.token is Token.SUN and not evidence.hq
    return "P1" if late or collected else _LEVELS[evidence.token]
