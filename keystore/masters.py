"""What a key store is: it makes a card's key from a master that it may never give away.

Masters have a name and versions. AN10922 needs nothing of a master but AES of single blocks, so any token that can do
AES without chaining can hold one.
"""

from __future__ import annotations

import re
from typing import Protocol

from cards.aes import AesKey
from cards.generations import ISSUED, RETIRED, Diversify

CARDS = "card"  # the masters of member cards; version 255 is that of retired ones
VERSIONS = frozenset({*ISSUED, RETIRED})
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


class KeyStoreError(Exception):
    """The key store cannot be used as it is; the text says what to do, and holds no key and no PIN."""


class KeyStore(Protocol):
    """All may raise KeyStoreError."""

    def versions(self, master: str) -> frozenset[int]:
        """The versions that there are of a master."""

    def make(self, master: str, version: int) -> None:
        """Make a version by chance, for good. Raises KeyStoreError where it is there already."""

    def diversify(self, master: str, version: int, material: bytes) -> AesKey:
        """The card's key that this version makes of `material` (AN10922). Raises NoMaster where there is none."""

    def close(self) -> None:
        """Let go of what was opened."""


def checked(master: str, version: int) -> str:
    """The name under which this version is kept. ValueError for names and versions that no store has."""
    if not _NAME.fullmatch(master) or version not in VERSIONS:
        raise ValueError(
            f"masters have a short name in lower case and a version of 1 to 255, not {master[:40]!r} {version}"
        )
    return f"{master}-{version}"


def version_of(kept: str, master: str) -> int | None:
    """The version that is kept under a name; None where it is none of this master."""
    found = re.fullmatch(rf"{re.escape(master)}-([1-9]\d{{0,2}})", kept)
    return int(found[1]) if found and int(found[1]) in VERSIONS else None


def card_diversify(store: KeyStore) -> Diversify:
    """How the keys of member cards are made (`cards.generations.CardKeys`)."""
    return lambda generation, material: store.diversify(CARDS, generation, material)


def newest(store: KeyStore) -> int:
    """The version that cards are issued with now. Raises KeyStoreError before the first was made."""
    found = store.versions(CARDS) - {RETIRED}
    if not found:
        raise KeyStoreError("this key store has no master for cards yet: make one first")
    return max(found)
