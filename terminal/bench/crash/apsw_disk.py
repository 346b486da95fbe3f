"""A file system for apsw that records what SQLite asks of it, over the real one."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any, Self

import apsw

from terminal.bench.crash.record import Record

_RECORDED = apsw.SQLITE_OPEN_MAIN_DB | apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL


class RecordingDisk(apsw.VFS):
    """Use it in a `with`; `name` is what to open a connection with. SQLite's own chance comes from `seed`, so that
    the same work is the same bytes."""

    def __init__(self, name: str, record: Record, seed: int) -> None:
        self._under = apsw.vfs_names()[0]  # the default, which we are in a moment
        super().__init__(name, self._under)
        self.name, self.record, self._chance = name, record, Random(seed)

    def __enter__(self) -> Self:
        apsw.set_default_vfs(self.name)
        apsw.randomness(0)  # forget what was drawn; the next draw begins at our seed
        return self

    def __exit__(self, *_error: object) -> None:
        apsw.set_default_vfs(self._under)
        apsw.randomness(0)
        self.unregister()

    def xRandomness(self, numbytes: int) -> bytes:
        return self._chance.randbytes(numbytes)

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:
        if name is None or not flags[0] & _RECORDED:
            return apsw.VFSFile(self._under, name, flags)
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        return _File(self._under, name, flags, self.record, Path(path).name)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        super().xDelete(filename, syncdir)
        self.record.delete(Path(filename).name, syncdir)


class _File(apsw.VFSFile):
    def __init__(self, under: str, name: Any, flags: list[int], record: Record, plain: str) -> None:
        super().__init__(under, name, flags)
        self._record, self._name, self._number = record, plain, record.opened(plain)

    def xWrite(self, data: Any, offset: int) -> None:
        super().xWrite(data, offset)
        self._record.write(self._number, offset, bytes(data))

    def xTruncate(self, newsize: int) -> None:
        super().xTruncate(newsize)
        self._record.truncate(self._number, newsize)

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self._record.sync(self._number, self._name)
