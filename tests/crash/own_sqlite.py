"""A recording, or failing, file system under Python's own SQLite, so that the code above it stays as it is.

The module `sqlite3` has no door for this. SQLite itself has one: `Beneath` registers a copy of its default file system
in which opening, deleting, writing, truncating and syncing pass through here, and makes it the default.
"""

from __future__ import annotations

import _sqlite3
import ctypes
from collections.abc import Callable
from ctypes import CFUNCTYPE, POINTER, Structure, c_char, c_char_p, c_int, c_int64, c_void_p
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Self

from terminal.bench.crash.record import Record

OK, FULL, IOERR_WRITE, IOERR_SYNC = 0, 13, 778, 1034
_RECORDED = 0x100 | 0x800 | 0x80000  # main database, main journal, log
_METHODS = 18

_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_DELETE = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_RANDOM = CFUNCTYPE(c_int, c_void_p, c_int, POINTER(c_char))
_WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)


class _Vfs(Structure):
    _fields_ = (
        ("iVersion", c_int),
        ("szOsFile", c_int),
        ("mxPathname", c_int),
        ("pNext", c_void_p),
        ("zName", c_char_p),
        ("pAppData", c_void_p),
        ("xOpen", c_void_p),
        ("xDelete", c_void_p),
        ("between", c_void_p * 6),
        ("xRandomness", c_void_p),
        ("rest", c_void_p * 7),
    )


class _Methods(Structure):
    """xClose, xRead, xWrite, xTruncate, xSync and so on, in SQLite's order."""

    _fields_ = (("iVersion", c_int), ("x", c_void_p * _METHODS))


class _File(Structure):
    _fields_ = (("pMethods", c_void_p),)


def _nothing_fails(_kind: str, _number: int) -> int:
    return OK


@dataclass
class Beneath:
    """`fail(kind, n)` is asked before the n-th "write" or "sync", and what it returns is the result if it is not OK.

    Use it in a `with` around all that opens, uses and closes the databases.
    """

    record: Record
    seed: int = 1
    fail: Callable[[str, int], int] = _nothing_fails
    counts: dict[str, int] = field(default_factory=lambda: {"write": 0, "sync": 0})
    _files: dict[int, tuple[int, str]] = field(default_factory=dict)
    _kept: list[Any] = field(default_factory=list)  # what C points to

    def __enter__(self) -> Self:
        self._library = ctypes.CDLL(_sqlite3.__file__)
        self._library.sqlite3_vfs_find.restype = c_void_p
        self._under = self._library.sqlite3_vfs_find(None)
        self._chance = Random(self.seed)
        self._vfs = _Vfs.from_buffer_copy((c_char * ctypes.sizeof(_Vfs)).from_address(self._under))
        under = self._vfs
        self._open, self._delete = _OPEN(under.xOpen), _DELETE(under.xDelete)
        ours = (_OPEN(self._on_open), _DELETE(self._on_delete), _RANDOM(self._on_random))
        self._kept += ours
        under.xOpen, under.xDelete, under.xRandomness = (ctypes.cast(one, c_void_p).value for one in ours)
        under.zName, under.pNext = b"beneath", None
        assert self._library.sqlite3_vfs_register(ctypes.byref(under), 1) == OK
        self._library.sqlite3_randomness(0, None)
        return self

    def __exit__(self, *_error: object) -> None:
        self._library.sqlite3_vfs_unregister(ctypes.byref(self._vfs))
        self._library.sqlite3_randomness(0, None)

    def _on_open(self, _vfs: int, path: int | None, file: int, flags: int, flags_out: int) -> int:
        result = self._open(self._under, path, file, flags, flags_out)
        if result == OK and path and flags & _RECORDED:
            name = Path(ctypes.string_at(path).decode()).name
            self._files[file] = (self.record.opened(name), name)
            self._wrap(_File.from_address(file))
        return int(result)

    def _wrap(self, file: _File) -> None:
        methods = _Methods.from_buffer_copy((c_char * ctypes.sizeof(_Methods)).from_address(file.pMethods))
        write, truncate, sync = _WRITE(methods.x[2]), _TRUNCATE(methods.x[3]), _SYNC(methods.x[4])

        def on_write(where: int, data: int, size: int, offset: int) -> int:
            result = self._asked("write", IOERR_WRITE) or write(where, data, size, offset)
            if result == OK:
                self.record.write(self._files[where][0], offset, ctypes.string_at(data, size))
            return int(result)

        def on_truncate(where: int, size: int) -> int:
            result = truncate(where, size)
            if result == OK:
                self.record.truncate(self._files[where][0], size)
            return int(result)

        def on_sync(where: int, flags: int) -> int:
            result = self._asked("sync", IOERR_SYNC) or sync(where, flags)
            if result == OK:
                self.record.sync(*self._files[where])
            return int(result)

        ours = (_WRITE(on_write), _TRUNCATE(on_truncate), _SYNC(on_sync))
        for place, one in zip((2, 3, 4), ours, strict=True):
            methods.x[place] = ctypes.cast(one, c_void_p).value
        self._kept += [methods, *ours]
        file.pMethods = ctypes.addressof(methods)

    def _asked(self, kind: str, _usual: int) -> int:
        self.counts[kind] += 1
        return self.fail(kind, self.counts[kind])

    def _on_delete(self, _vfs: int, path: bytes, sync_folder: int) -> int:
        result = self._delete(self._under, path, sync_folder)
        if result == OK:
            self.record.delete(Path(path.decode()).name, bool(sync_folder))
        return int(result)

    def _on_random(self, _vfs: int, size: int, out: Any) -> int:
        ctypes.memmove(out, self._chance.randbytes(size), size)
        return size
