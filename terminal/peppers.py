"""The peppers on a terminal: each in its own file `pepper-<n>.key` in the state folder, mode 0600 (cards.md, PIN).

They lie on the same disk as the hashes, so a thief of the disk has both; only a TPM would keep them apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from cards.pin import PEPPER_BYTES, Pepper
from terminal.errors import ConfigError, StoreError
from terminal.private_file import read_private, write_private

_FILE = re.compile(r"(pepper-[1-9]\d?)\.key")
_MOST_BYTES = 1024


def load_peppers(state: Path) -> Mapping[str, Pepper]:
    """All peppers by name. Raises ConfigError for one that others may read, or that is damaged."""
    found = {}
    for path in sorted(state.glob("pepper-*.key")):
        if named := _FILE.fullmatch(path.name):
            found[named[1]] = Pepper(named[1], _read(path))
    return found


def missing(state: Path, names: Iterable[str]) -> bool:
    """Whether a pepper of these is not here."""
    return any(not (state / f"{name}.key").exists() for name in names)


def keep_peppers(state: Path, peppers: Mapping[str, str]) -> None:
    """Write those that are not here yet, each whole or not at all. `peppers` are hex by name. Raises StoreError."""
    for name, key in sorted(peppers.items()):
        path = state / f"{name}.key"
        if not path.exists():
            _write(path, key.encode("ascii"))


def _write(path: Path, data: bytes) -> None:
    try:
        write_private(path, data)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}") from error


def _read(path: Path) -> bytes:
    try:
        text = read_private(path, _MOST_BYTES)
    except OSError as error:
        raise ConfigError((f"{path} cannot be read: {error.strerror}",)) from error
    try:
        key = bytes.fromhex(text.decode("ascii"))
    except ValueError:
        key = b""
    if len(key) != PEPPER_BYTES:
        raise ConfigError((f"{path} holds no pepper: remove it, and HQ sends it again",))
    return key
