"""HQ's deny list as the till asks it: read once for each version."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from protocol.control import DENY, DenyList
from protocol.signing import Signed


@dataclass(frozen=True)
class Denied:
    """`cards` are card keys, `members` ids, `devices` `device:epoch`."""

    cards: frozenset[str]
    members: frozenset[str]
    devices: frozenset[str]


NOBODY = Denied(frozenset(), frozenset(), frozenset())


@lru_cache(maxsize=2)
def read_denied(signed: Signed, trust_key: str) -> Denied:
    """The sync agent has checked the signature before it wrote the list down; this reads it again, and once."""
    found = DenyList.model_validate(signed.open(DENY, trust_key))
    return Denied(frozenset(found.cards), frozenset(found.members), frozenset(found.devices))
