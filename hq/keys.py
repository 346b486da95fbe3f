"""HQ's own secrets, made once when HQ is founded and kept in its folder, mode 0600."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hq.problems import HqError
from protocol import signing

FOLDER = "keys"
RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True, repr=False)
class Keys:
    """`signing` signs every document; `lookup` turns card UIDs into keys."""

    signing: Ed25519PrivateKey
    lookup: bytes

    @property
    def trust_key(self) -> str:
        return signing.public_hex(self.signing)


def make_keys(state: Path, random_bytes: RandomBytes) -> Keys:
    """Make HQ's keys in `state/keys`. Raises HqError if they exist: a second set would orphan every terminal."""
    folder = state / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    for name in ("signing", "lookup"):
        write_secret(folder / f"{name}.key", random_bytes(32).hex().encode())
    return load_keys(state)


def load_keys(state: Path) -> Keys:
    """Raises HqError if a key is missing or damaged."""
    folder = state / FOLDER
    try:
        found = [bytes.fromhex((folder / f"{name}.key").read_text()) for name in ("signing", "lookup")]
        return Keys(Ed25519PrivateKey.from_private_bytes(found[0]), found[1])
    except (OSError, ValueError) as error:
        raise HqError(f"{folder} does not hold HQ's keys: restore them from a backup") from error


def write_secret(path: Path, data: bytes) -> None:
    """Write a new file, mode 0600, durably. Raises HqError if it exists or cannot be written."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
    except OSError as error:
        raise HqError(f"{path} cannot be written: {error.strerror}") from error
