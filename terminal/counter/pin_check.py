"""A PIN that was keyed in: the guess is on the disk, then the PIN is looked at, and a right one is taken back.

To look at a PIN takes some 300 ms, and the till has one thread: it begins and ends a check, and another looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cards.pin import Pepper, PinGuess, PinHash, guess_at
from cards.pin_attempts import Asked
from cards.pin_cost import Cost
from terminal.store.pin_attempts import UNKNOWN, Guess, PinAttempts


@dataclass(frozen=True)
class KnownPin:
    """The PIN of a member as it is kept: `version` grows with each new one."""

    member: str
    version: int
    kept: PinHash


@dataclass(frozen=True)
class PinKeys:
    """The peppers by name, and what hashes of PINs cost in this chain: a dummy must take as long as a real one."""

    peppers: Mapping[str, Pepper] = field(repr=False)
    usual: Cost


@dataclass(frozen=True, eq=False)
class Looking:
    """A guess that counts as wrong, and the PIN that is to be looked at."""

    counted: Guess = field(repr=False)
    guess: PinGuess


def begin_check(
    pin: str, whose: KnownPin | str, keys: PinKeys, attempts: PinAttempts, now_ms: int, *, online: bool
) -> Looking | Asked:
    """Count the guess, and then hand out what is to be looked at; or why it must not be looked at.

    `whose` is a member with a PIN, or a name (such as the HMAC of a phone number) for one who is not known or has none:
    that is wrong in the end, after the same work on the disk and of the processor. `now_ms` is of the clock that no
    jump moves. Raises StorageFull (nothing may be looked at) and PinHashError (the guess counts: the pepper is not
    here).
    """
    known = whose if isinstance(whose, KnownPin) else None
    subject = whose.member if isinstance(whose, KnownPin) else UNKNOWN + whose
    begun = attempts.begin(subject, known.version if known else 1, now_ms, online)
    if not isinstance(begun, Guess):
        return begun
    return Looking(begun, guess_at(pin, subject, known.kept if known else None, keys.peppers, keys.usual))


def end_check(looking: Looking, right: bool, attempts: PinAttempts) -> None:
    """Take the guess back if it was right; a wrong one is counted already. Raises StorageFull: then it stays wrong."""
    if right:
        attempts.right(looking.counted)
