"""Small files that their owner alone may read: keys and what is sealed under them."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from terminal.folders import sync_folder

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def read_private(path: Path, most: int) -> bytes:
    """The first `most` bytes. Raises OSError whose `strerror` says why not, also where others may read the file."""
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        if mode & _OTHERS:
            raise PermissionError(
                errno.EACCES, f"it has mode {mode:04o}, so others may read it; run `chmod 600 {path}`"
            )
        return file.read(most)


def write_private(path: Path, data: bytes) -> None:
    """All or nothing, for the owner alone, and on the disk when this returns. Raises OSError."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    sync_folder(path.parent)
