"""A PIN that was keyed in: the guess is on the disk, then the PIN is looked at, and a right one is taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cards.pin import Pepper, PinHash, is_pin
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


def check_pin(
    pin: str, whose: KnownPin | str, keys: PinKeys, attempts: PinAttempts, now_ms: int, *, online: bool
) -> bool | Asked:
    """Whether it is the PIN, or why it was not looked at.

    `whose` is a member with a PIN, or a name (such as the HMAC of a phone number) for one who is not known or has none:
    that is False in the end, after the same work on the disk and of the processor. `now_ms` is of the clock that no
    jump moves. Raises StorageFull (nothing was looked at) and PinHashError (the guess counts: the pepper is not here).
    """
    known = whose if isinstance(whose, KnownPin) else None
    subject = whose.member if isinstance(whose, KnownPin) else UNKNOWN + whose
    begun = attempts.begin(subject, known.version if known else 1, now_ms, online)
    if not isinstance(begun, Guess):
        return begun
    right = is_pin(pin, subject, known.kept if known else None, keys.peppers, keys.usual)
    if right:
        attempts.right(begun)
    return right
