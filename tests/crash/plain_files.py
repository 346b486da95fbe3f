"""A recording, or failing, disk under files that Python writes itself: what is written, synced, renamed and deleted.

Beside `tests.crash.own_sqlite`, which sees what SQLite does. A link is a file whose content is there with its name.
"""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from terminal.bench.crash.record import Record

LINK = b"link to "
_OPEN, _FSYNC, _REPLACE, _SYMLINK, _UNLINK = io.open, os.fsync, os.replace, os.symlink, os.unlink


def _nothing_fails(_kind: str, _number: int) -> int:
    return 0


@dataclass
class PlainFiles:
    """Inside a `with`, files in `folder` (not below it) are recorded; `fail(kind, n)` is asked before the n-th "write",
    "sync" or "name" anywhere and gives the number of an error, or 0."""

    folder: Path
    record: Record
    fail: Callable[[str, int], int] = _nothing_fails
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("write", "sync", "name"), 0))

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        ours = {"fsync": self._fsync, "replace": self._replace, "symlink": self._symlink, "unlink": self._unlink}
        for name, function in ours.items():
            self._put(os, name, function)
        self._put(io, "open", self._open)
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def _put(self, module: Any, name: str, function: Any) -> None:
        self._stack.callback(setattr, module, name, getattr(module, name))
        setattr(module, name, function)

    def ask(self, kind: str) -> None:
        self.counts[kind] += 1
        number = self.fail(kind, self.counts[kind])
        if number:
            raise OSError(number, os.strerror(number))

    def here(self, path: Any) -> bool:
        return not isinstance(path, int) and Path(path).parent == self.folder

    def _open(self, file: Any, mode: str = "r", *more: Any, **named: Any) -> Any:
        if "w" not in mode or "b" not in mode:
            return _OPEN(file, mode, *more, **named)
        return io.BufferedWriter(_Raw(self, Path(file)))

    def _fsync(self, handle: int) -> None:
        self.ask("sync")
        _FSYNC(handle)
        path = Path(f"/proc/self/fd/{handle}").readlink()
        if path == self.folder:
            self.record.folder_sync()
        elif self.here(path):
            self.record.sync(self.record.opened(path.name), path.name)

    def _replace(self, old: Any, new: Any, **named: Any) -> None:
        self.ask("name")
        _REPLACE(old, new, **named)
        if self.here(new):
            self.record.rename(Path(old).name, Path(new).name)

    def _symlink(self, target: Any, path: Any, *more: Any, **named: Any) -> None:
        self.ask("name")
        _SYMLINK(target, path, *more, **named)
        if self.here(path):
            self.record.link(Path(path).name, LINK + os.fsencode(target))

    def _unlink(self, path: Any, **named: Any) -> None:
        _UNLINK(path, **named)
        if self.here(path):
            self.record.delete(Path(path).name, synced=False)


class _Raw(io.FileIO):
    def __init__(self, disk: PlainFiles, path: Path) -> None:
        super().__init__(path, "w")
        self._disk, self._number = disk, disk.record.opened(path.name) if disk.here(path) else 0
        if self._number:
            disk.record.truncate(self._number, 0)

    def write(self, data: Any) -> int:
        self._disk.ask("write")
        offset = self.tell()
        written = super().write(data)
        if self._number:
            self._disk.record.write(self._number, offset, bytes(data[:written]))
        return written


def full_from(number: int) -> Callable[[str, int], int]:
    """Every write from this one on finds the disk full."""
    return lambda kind, at: errno.ENOSPC if kind == "write" and at >= number else 0


def broken_at(kind: str, number: int) -> Callable[[str, int], int]:
    """One of a kind fails, the ones after it work again."""
    return lambda asked, at: errno.EIO if (asked, at) == (kind, number) else 0
