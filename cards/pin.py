"""PINs: which are taken, how they are kept, and how one is looked at (cards.md, PIN).

A PIN is kept as Argon2id of its digits under the pepper, a key of the key store that is not beside the hashes, bound to
its member. Whoever has hashes and pepper can try all PINs of six digits in days: only a pepper in a TPM prevents that.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from cards.pin_cost import CEILING, Cost, argon2id

SALT_BYTES, TAG_BYTES, PEPPER_BYTES = 16, 32, 32
_SHAPE = re.compile(
    r"\$argon2id\$v=19\$m=([1-9]\d{0,6}),t=([1-9]\d{0,2}),p=([1-4]),keyid=([A-Za-z0-9._-]{1,32})"
    r"\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})"
)
_FAMOUS = re.compile(
    "112233|223344|332211|123321|147258|147369|159357|159753|258369|321654|369258|741852|789456|123654|102030|"
    "520131|521314|131452|1314520|5201314|5211314|12345679"
)


class PinFault(StrEnum):
    """Why a PIN is not taken as a new one."""

    NOT_DIGITS = "not_digits"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TRIVIAL = "trivial"
    PERSONAL = "personal"  # it stands in the member's phone number, birthday or card number


@dataclass(frozen=True)
class PinRules:
    """How many digits a new PIN has."""

    least: int = 6
    most: int = 8


USUAL = PinRules()


def fault_of(pin: str, personal: Collection[str] = (), rules: PinRules = USUAL) -> PinFault | None:
    """Why `pin` is not taken as a new one; None for a good one. `personal` are numbers that others know, as digits."""
    if not (pin.isascii() and pin.isdigit()):
        return PinFault.NOT_DIGITS
    if len(pin) < rules.least:
        return PinFault.TOO_SHORT
    if len(pin) > rules.most:
        return PinFault.TOO_LONG
    if _is_trivial(pin):
        return PinFault.TRIVIAL
    return PinFault.PERSONAL if any(pin in number or pin[::-1] in number for number in personal) else None


def _is_trivial(pin: str) -> bool:
    """One block over and over (111111, 121212, 123123), a run up or down (345678, 210987), or a famous one."""
    repeated = any(
        len(pin) % size == 0 and pin == pin[:size] * (len(pin) // size) for size in range(1, len(pin) // 2 + 1)
    )
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return repeated or steps in ({1}, {9}) or bool(_FAMOUS.fullmatch(pin))


@dataclass(frozen=True)
class Pepper:
    """A key of the key store under its name. Its bytes appear in no text."""

    name: str
    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) != PEPPER_BYTES:
            raise ValueError(f"pepper {self.name} has {len(self.key)} bytes, it needs {PEPPER_BYTES}")


class PinHashError(ValueError):
    """A stored hash that cannot be one of ours, or whose pepper is not here. The text never repeats it."""


@dataclass(frozen=True)
class PinHash:
    """A PIN as it is kept; `text` is the PHC string form, with the pepper's name as `keyid`."""

    pepper: str
    cost: Cost
    salt: bytes
    tag: bytes = field(repr=False)

    @property
    def text(self) -> str:
        cost = self.cost
        how = f"m={cost.memory_kib},t={cost.passes},p={cost.lanes},keyid={self.pepper}"
        return f"$argon2id$v=19${how}${_encoded(self.salt)}${_encoded(self.tag)}"

    @classmethod
    def read(cls, text: str) -> PinHash:
        """Raises PinHashError for another form, or for one that would take memory or time without end."""
        found = _SHAPE.fullmatch(text)
        if found is None:
            raise PinHashError("this is no hash of a PIN")
        memory, passes, lanes, pepper, salt, tag = found.groups()
        cost = Cost(int(memory), int(passes), int(lanes))
        if cost.memory_kib > CEILING.memory_kib or cost.passes > CEILING.passes or cost.memory_kib < 8 * cost.lanes:
            raise PinHashError(f"a hash of a PIN asks for {memory} KiB and {passes} passes: that is out of bounds")
        read = cls(pepper, cost, _decoded(salt), _decoded(tag))
        if read.text != text:
            raise PinHashError("this is no hash of a PIN")
        return read


def hash_pin(pin: str, member: str, pepper: Pepper, cost: Cost, salt: bytes) -> PinHash:
    """How a PIN is kept. `salt` is SALT_BYTES of chance. The PIN must have passed `fault_of`."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return PinHash(pepper.name, cost, salt, _tag(pin, member, pepper, cost, salt))


@dataclass(frozen=True)
class PinGuess:
    """A PIN that somebody gave, and what it must be: `is_right` may be asked on any thread. It appears in no text."""

    pin: str = field(repr=False)
    member: str = field(repr=False)
    kept: PinHash = field(repr=False)
    pepper: Pepper = field(repr=False)
    of_somebody: bool = field(repr=False)

    def is_right(self) -> bool:
        """Takes as long for a wrong one as for the right one, and lets other threads go on meanwhile."""
        tag = _tag(self.pin, self.member, self.pepper, self.kept.cost, self.kept.salt)
        return hmac.compare_digest(tag, self.kept.tag) and self.of_somebody


def guess_at(pin: str, member: str, kept: PinHash | None, peppers: Mapping[str, Pepper], usual: Cost) -> PinGuess:
    """Whether `pin` is the member's, still to be worked out.

    `kept` None is a phone number that nobody has, or a member without a PIN: it takes as long as well, if hashes cost
    what is `usual` in the chain, and is never right. The guess must be counted before it is asked
    (`cards.pin_attempts`). Raises PinHashError if the pepper is not here.
    """
    known = kept or PinHash(next(iter(peppers), ""), usual, bytes(SALT_BYTES), bytes(TAG_BYTES))
    pepper = peppers.get(known.pepper)
    if pepper is None:
        raise PinHashError(f"pepper {known.pepper!r} is not in the key store: restore the key store")
    return PinGuess(pin, member, known, pepper, kept is not None)


def _tag(pin: str, member: str, pepper: Pepper, cost: Cost, salt: bytes) -> bytes:
    return argon2id(pin.encode(), salt, cost, secret=pepper.key, data=b"stillpoint/pin\0" + member.encode())


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii").rstrip("=")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise PinHashError("this is no hash of a PIN") from None
