"""A disk that remembers what was synced: a power cut keeps that, and of the rest whatever chance leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import apsw

SECTOR = 512


@dataclass
class _Content:
    """One file: what surely survives, and the writes since the last sync in order; None is a truncation."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def sync(self) -> None:
        for offset, data in self.pending:
            _apply(self.durable, offset, data)
        self.pending.clear()

    def after_cut(self, chance: Random) -> bytes:
        """Each sector that was written and not synced has arrived, or has not, in any order."""
        image = bytearray(self.durable)
        for offset, data in self.pending:
            if data is None:
                continue
            for start in range(0, len(data), SECTOR):
                if chance.random() < 0.5:
                    _apply(image, offset + start, data[start : start + SECTOR])
        return bytes(image)


def _apply(image: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del image[offset:]
        return
    image.extend(b"\0" * (offset + len(data) - len(image)))
    image[offset : offset + len(data)] = data


class RememberingDisk(apsw.VFS):
    """A file system for SQLite over the real one. Use it in a `with`, with a `name` of its own.

    `before_sync` is called when a sync was asked for and nothing of it has happened.
    """

    def __init__(self, name: str, before_sync: Callable[[], None]) -> None:
        super().__init__(name, "")
        self.name, self.before_sync = name, before_sync
        self.files: dict[str, _Content] = {}

    def __enter__(self) -> RememberingDisk:
        return self

    def __exit__(self, *_error: object) -> None:
        self.unregister()

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        return _File(name, flags, self.files.setdefault(path, _Content()), self)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        super().xDelete(filename, syncdir)
        del self.files[filename]

    def cut(self, folder: Path, chance: Random) -> None:
        """Write what the disk holds after a power cut at this moment into `folder`."""
        folder.mkdir()
        for path, content in self.files.items():
            (folder / Path(path).name).write_bytes(content.after_cut(chance))


class _File(apsw.VFSFile):
    def __init__(self, name: Any, flags: list[int], content: _Content, disk: RememberingDisk) -> None:
        super().__init__("", name, flags)
        self._content, self._disk = content, disk

    def xWrite(self, data: bytes, offset: int) -> None:
        self._content.pending.append((offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:
        self._content.pending.append((newsize, None))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:
        self._disk.before_sync()
        super().xSync(flags)
        self._content.sync()
