"""A small file that its owner alone may read: a master, or the PIN of a token."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from keystore.masters import KeyStoreError

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def read_private(path: Path, most: int) -> bytes:
    """The first `most` bytes. Raises FileNotFoundError, and KeyStoreError where it cannot be read or others may."""
    try:
        with path.open("rb") as file:
            known = os.fstat(file.fileno())
            if known.st_mode & _OTHERS or known.st_uid != os.geteuid():
                raise KeyStoreError(
                    f"others may read {path}, so it is not used: chown it to this user and chmod it to 600"
                )
            return file.read(most)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise KeyStoreError(f"{path} cannot be read: {error.strerror}") from error
