"""A file system for SQLite that counts what it is asked and fails when told: apsw's VFS over the real one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import apsw


@dataclass
class FailingDisk:
    """`fail(kind, n)` is asked before the n-th write or sync and may return the error to raise.

    Use it in a `with`; `name` is what to open a connection with.
    """

    name: str
    fail: Callable[[str, int], apsw.Error | None] = lambda _kind, _number: None
    counts: dict[str, int] = field(default_factory=lambda: {"write": 0, "sync": 0})

    def __enter__(self) -> FailingDisk:
        self._vfs = _Vfs(self)
        return self

    def __exit__(self, *_error: object) -> None:
        self._vfs.unregister()

    def asked(self, kind: str) -> None:
        self.counts[kind] += 1
        error = self.fail(kind, self.counts[kind])
        if error is not None:
            raise error


class _File(apsw.VFSFile):
    def __init__(self, name: Any, flags: list[int], disk: FailingDisk) -> None:
        super().__init__("", name, flags)
        self._disk = disk

    def xWrite(self, data: Any, offset: int) -> None:
        self._disk.asked("write")
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:
        self._disk.asked("sync")
        super().xSync(flags)

    def excepthook(
        self, etype: type[BaseException] | None, evalue: BaseException | None, etraceback: TracebackType | None
    ) -> bool:
        """The failures are ours: nothing to print."""
        return True


class _Vfs(apsw.VFS):
    def __init__(self, disk: FailingDisk) -> None:
        super().__init__(disk.name, "")
        self._disk = disk

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:
        return _File(name, flags, self._disk)


def full_from(number: int) -> Callable[[str, int], apsw.Error | None]:
    """Every write from this one on finds the disk full."""
    return lambda kind, n: apsw.FullError("disk is full") if kind == "write" and n >= number else None


def broken_at(kind: str, number: int) -> Callable[[str, int], apsw.Error | None]:
    """One write or sync fails, the ones after it work again: the treacherous case."""
    return lambda asked, n: apsw.IOError("input/output error") if (asked, n) == (kind, number) else None
