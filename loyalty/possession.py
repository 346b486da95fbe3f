"""What was shown at the till, and which level of possession that is (cards.md, Assurance)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Token(StrEnum):
    """What was shown."""

    CLAIM = "claim"  # a typed number, a printed barcode, a stripe
    UID = "uid"  # bytes that anyone can copy, with or without a certificate or an originality signature
    WRITE_BACK = "write_back"  # a card with a nonce that each use rewrites
    CODE = "code"  # a dynamic member code, in time and taken for the first time
    SUN = "sun"  # a one-time message of an NTAG 424 DNA, with a counter that HQ has not seen


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
    """`issued_with_key` is what HQ or the card's certificate says; `challenge` is None for what can answer none.

    `trusted_clock` is whether the time of a code could be judged, `hq` whether HQ looked at it just now.
    """

    token: Token
    issued_with_key: bool = False
    challenge: Challenge | None = None
    trusted_clock: bool = True
    hq: bool = False


@dataclass(frozen=True)
class Possession:
    """A level of `loyalty.assurance`; `key_at_hand` is False for a traveller's card, or `refused` says why."""

    level: str
    key_at_hand: bool = True
    refused: Why | None = None


_LEVELS = {Token.CLAIM: "P0", Token.UID: "P1", Token.WRITE_BACK: "P2", Token.CODE: "P3", Token.SUN: "P3"}
_REFUSED = {
    Challenge.FAILED: Why.CHALLENGE_FAILED,
    Challenge.WITHHELD: Why.CHALLENGE_WITHHELD,
    None: Why.CHALLENGE_WITHHELD,
}


def possession(evidence: Evidence) -> Possession:
    """How far the evidence goes. A card that was issued with a key passes its challenge or is refused, except where its
    key is not at hand: then it counts as what anyone can copy."""
    if evidence.challenge is Challenge.PASSED:
        return Possession("P4")
    if evidence.issued_with_key and evidence.challenge in _REFUSED:
        return Possession("P0", refused=_REFUSED[evidence.challenge])
    return Possession(_plain(evidence), key_at_hand=not evidence.issued_with_key)


def _plain(evidence: Evidence) -> str:
    """Without a challenge. A code whose time nobody can judge, and a SUN message that HQ has not seen, may have been
    collected in advance: they count as copyable."""
    late = evidence.token is Token.CODE and not evidence.trusted_clock
    collected = evidence.token is Token.SUN and not evidence.hq
    return "P1" if late or collected else _LEVELS[evidence.token]
