"""The disk under the ledgers: it remembers what was synced, and a power cut keeps that and whatever chance leaves.

Each unsynced sector has arrived or has not, in any order, so writes are lost, torn and reordered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import apsw

SECTOR = 512
Image = dict[str, bytes]  # what is left of each file, by name


@dataclass
class _Content:
    """What surely survives, and the writes since the last sync in order; None is a truncation."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def sync(self) -> None:
        for offset, data in self.pending:
            _apply(self.durable, offset, data)
        self.pending.clear()

    def after_cut(self, chance: Random) -> bytes:
        image = bytearray(self.durable)
        for offset, data in self.pending:
            for start in range(0, len(data or b""), SECTOR):
                if data is not None and chance.getrandbits(1):
                    _apply(image, offset + start, data[start : start + SECTOR])
        return bytes(image)


def _apply(image: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del image[offset:]
        return
    end = offset + len(data)
    if end > len(image):
        image.extend(bytes(end - len(image)))
    image[offset:end] = data


class Disk(apsw.VFS):
    """A file system for SQLite over a folder of memory. Open connections with `name`; use it in a `with`."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "")
        self.name = name
        self.files: dict[str, _Content] = {}
        self._armed: dict[Path, tuple[int, Callable[[], None]]] = {}

    def __enter__(self) -> Disk:
        return self

    def __exit__(self, *_error: object) -> None:
        self.unregister()

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        return _File(name, flags, self.files.setdefault(path, _Content()), self, Path(path).parent)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        super().xDelete(filename, syncdir)
        self.files.pop(filename, None)

    def arm(self, folder: Path, syncs: int, act: Callable[[], None]) -> None:
        """Call `act` once, when `folder` asks for its `syncs`-th sync from now and nothing of that has happened."""
        self._armed[folder] = (syncs, act)

    def disarm(self, folder: Path) -> None:
        self._armed.pop(folder, None)

    def image(self, folder: Path, chance: Random | None) -> Image:
        """What a power cut now would leave of `folder`; with `chance` None, all that was written."""
        held = sorted((path, content) for path, content in self.files.items() if Path(path).parent == folder)
        if chance is None:
            return {Path(path).name: Path(path).read_bytes() for path, _ in held}
        return {Path(path).name: content.after_cut(chance) for path, content in held}

    def put(self, folder: Path, image: Image) -> None:
        """Make `folder` hold `image`, and nothing else of a ledger."""
        for old in sorted(folder.glob("ledger.db*")):
            old.unlink()
        for path in [path for path in self.files if Path(path).parent == folder]:
            del self.files[path]
        for name, data in image.items():
            (folder / name).write_bytes(data)
            self.files[str(folder / name)] = _Content(bytearray(data))

    def synced(self, folder: Path) -> None:
        """A sync of a file of `folder` was asked for."""
        if folder in self._armed:
            left, act = self._armed[folder]
            if left > 1:
                self._armed[folder] = (left - 1, act)
            else:
                del self._armed[folder]
                act()


class _File(apsw.VFSFile):
    def __init__(self, name: Any, flags: list[int], content: _Content, disk: Disk, folder: Path) -> None:
        super().__init__("", name, flags)
        self._content, self._disk, self._folder = content, disk, folder

    def xWrite(self, data: Any, offset: int) -> None:
        self._content.pending.append((offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:
        self._content.pending.append((newsize, None))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:
        self._disk.synced(self._folder)
        self._content.sync()
