"""The peppers on a terminal: each in its own file `pepper-<n>.key` in the state folder, mode 0600 (cards.md, PIN).

They lie on the same disk as the hashes, so a thief of the disk has both; only a TPM would keep them apart.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from cards.pin import Pepper
from terminal.errors import ConfigError, StoreError

_FILE = re.compile(r"(pepper-[1-9]\d?)\.key")
_OTHERS = 0o077
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
    new = path.with_name(path.name + ".new")
    try:
        new.unlink(missing_ok=True)
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
        new.replace(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}") from error


def _read(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            mode = stat.S_IMODE(os.fstat(handle).st_mode)
            if mode & _OTHERS:
                raise ConfigError((f"{path} has mode {mode:04o}: others could read it; run `chmod 600 {path}`",))
            key = bytes.fromhex(file.read(_MOST_BYTES).decode("ascii"))
            if len(key) == 32:
                return key
    except (OSError, ValueError) as error:
        raise ConfigError((f"{path} holds no pepper: remove it, and HQ sends it again",)) from error
    raise ConfigError((f"{path} holds no pepper: remove it, and HQ sends it again",))
