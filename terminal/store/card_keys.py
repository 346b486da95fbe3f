"""Keys of single cards at this terminal: one sealed file, under a key of its own beside it (cards.md, Cards).

One process writes it and the till reads it. Whoever takes the disk has both files, and with them the keys of the
cards that were shown here; masters are never here.
"""

from __future__ import annotations

import contextlib
import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cards.aes import AesKey
from terminal.errors import StorageFull, StoreError
from terminal.private_file import read_private, write_private

SEALED, OWN_KEY = "card_keys.sealed", "card_keys.key"
WANTED_MAX = 64
MOST = 20_000  # cards; the file is read whole
_NONCE_BYTES, _KEY_BYTES, _FILE_BYTES_MAX = 12, 32, 4 * 1024 * 1024
_NAME = b"stillpoint/card-keys/1"
Random = Callable[[int], bytes]


@dataclass(frozen=True)
class HeldKey:
    """The key of a card, and the version of the master that it was made from; `link` makes the codes of its links."""

    version: int
    key: AesKey = field(repr=False)
    link: AesKey | None = field(default=None, repr=False)


Held = Mapping[str, HeldKey]  # by the card's directory key


class CardKeyFile:
    """Reads and writes the file in `folder`. One process writes; `random` gives keys and nonces."""

    def __init__(self, folder: Path, random: Random) -> None:
        self._sealed, self._own, self._random = folder / SEALED, folder / OWN_KEY, random

    def stamp(self) -> tuple[int, int, int] | None:
        """Another one once the file was written; None while there is none."""
        try:
            known = self._sealed.stat()
        except OSError:
            return None
        return known.st_ino, known.st_mtime_ns, known.st_size

    def read(self) -> dict[str, HeldKey]:
        """All keys; none where there is no file. Raises StoreError for one that is damaged or that others may read."""
        if self.stamp() is None:
            return {}
        sealed = _read(self._sealed)
        try:
            plain = AESGCM(self._own_key()).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _NAME)
            rows = json.loads(plain)
            return {card: _held(*row) for card, row in rows.items()}
        except (InvalidTag, ValueError, TypeError, AttributeError):
            raise StoreError(f"{self._sealed} cannot be opened: remove it, and HQ gives the keys again") from None

    def write(self, held: Held) -> None:
        """Keep these and no others. Raises StoreError, and StorageFull where it cannot be written."""
        if len(held) > MOST:
            raise StoreError(f"{len(held)} card keys are more than the {MOST} that one terminal keeps")
        rows = {card: _row(each) for card, each in held.items()}
        try:
            if not self._own.exists():
                write_private(self._own, self._random(_KEY_BYTES))
            nonce = self._random(_NONCE_BYTES)
            plain = json.dumps(rows, separators=(",", ":")).encode()
            write_private(self._sealed, nonce + AESGCM(self._own_key()).encrypt(nonce, plain, _NAME))
        except OSError as error:
            raise StorageFull(f"{self._sealed} cannot be written: {error.strerror}") from error

    def _own_key(self) -> bytes:
        key = _read(self._own)
        if len(key) != _KEY_BYTES:
            raise StoreError(
                f"{self._own} holds no key: remove it and {self._sealed.name}, and HQ gives the keys again"
            )
        return key


class KeysAtHand:
    """The keys as the till asks for them, read again whenever the file was written. Used by the till's thread.

    What cannot be read is not at hand, and `problem` hears why: a sale goes on.
    """

    def __init__(self, file: CardKeyFile, problem: Callable[[str], object]) -> None:
        self._file, self._problem = file, problem
        self._stamp: tuple[int, int, int] | None = None
        self._held: Held = {}

    def __call__(self, card: str, version: int) -> AesKey | None:
        held = self._of(card, version)
        return held.key if held is not None else None

    def link(self, card: str, version: int) -> AesKey | None:
        """The key that makes the codes of the card's links."""
        held = self._of(card, version)
        return held.link if held is not None else None

    def _of(self, card: str, version: int) -> HeldKey | None:
        stamp = self._file.stamp()
        if stamp != self._stamp:
            self._stamp, self._held = stamp, self._read()
        held = self._held.get(card)
        return held if held is not None and held.version == version else None

    def _read(self) -> Held:
        try:
            return self._file.read()
        except StoreError as error:
            self._problem(str(error))
            return {}


class WantedKeys:
    """UIDs of cards that were shown and whose key is not here, for the agent to ask HQ. They are never on the disk.

    Safe to use from several threads.
    """

    def __init__(self) -> None:
        self._uids: deque[str] = deque(maxlen=WANTED_MAX)

    def want(self, uid: str) -> None:
        """Ask for this one's; of too many the oldest is forgotten."""
        if uid not in self._uids:
            self._uids.append(uid)

    def forget(self, uid: str) -> None:
        """This one's is here now."""
        with contextlib.suppress(ValueError):
            self._uids.remove(uid)

    def take(self) -> list[str]:
        """All that are wanted, once."""
        taken = []
        while self._uids:
            taken.append(self._uids.popleft())
        return taken


def _row(held: HeldKey) -> tuple[int | str, ...]:
    row = (held.version, held.key.value.hex())
    return row if held.link is None else (*row, held.link.value.hex())


def _held(version: int, key: str, link: str = "") -> HeldKey:
    return HeldKey(version, AesKey(bytes.fromhex(key)), AesKey(bytes.fromhex(link)) if link else None)


def _read(path: Path) -> bytes:
    """A secret file. Raises StoreError where it cannot be read, or others may."""
    try:
        return read_private(path, _FILE_BYTES_MAX)
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}") from error
