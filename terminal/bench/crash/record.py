"""What was asked of a disk, in order: writes, truncations, deletions and syncs, and when work was acknowledged."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Write:
    """`file` is a number: the same name after a deletion is another file."""

    file: int
    offset: int
    data: bytes


@dataclass(frozen=True)
class Truncate:
    file: int
    size: int


@dataclass(frozen=True)
class Sync:
    """The content of a file is on the disk. Of `folder`, too: which names there are."""

    file: int
    folder: bool


@dataclass(frozen=True)
class Create:
    file: int
    name: str


@dataclass(frozen=True)
class Delete:
    """`synced`: the name is gone for good when this has returned."""

    name: str
    synced: bool


@dataclass(frozen=True)
class Rename:
    """`old` takes the place of `new`, whatever was there; nobody ever finds neither."""

    old: str
    new: str


@dataclass(frozen=True)
class FolderSync:
    """Which names there are is on the disk."""


@dataclass(frozen=True)
class Acknowledged:
    """The answer to act number `act` has left: it must survive from here on."""

    act: int


Event = Write | Truncate | Sync | FolderSync | Create | Rename | Delete | Acknowledged


@dataclass
class Record:
    """The events of one run. Names are without folders."""

    events: list[Event] = field(default_factory=list)
    _open: dict[str, int] = field(default_factory=dict)
    _unsynced: set[int] = field(default_factory=set)
    _files: int = 0

    def opened(self, name: str) -> int:
        """The file of this name; a new one if there is none."""
        if name not in self._open:
            self._files += 1
            self._open[name] = self._files
            self._unsynced.add(self._files)
            self.events.append(Create(self._files, name))
        return self._open[name]

    def write(self, file: int, offset: int, data: bytes) -> None:
        self.events.append(Write(file, offset, data))

    def truncate(self, file: int, size: int) -> None:
        self.events.append(Truncate(file, size))

    def sync(self, file: int, name: str) -> None:
        """SQLite's unix file system syncs the folder with the first sync of a new log or journal, of nothing else."""
        folder = file in self._unsynced and name.endswith(("-wal", "-journal"))
        self._unsynced.discard(file)
        self.events.append(Sync(file, folder))

    def delete(self, name: str, synced: bool) -> None:
        self._open.pop(name, None)
        self.events.append(Delete(name, synced))

    def link(self, name: str, content: bytes) -> None:
        """A link is never there without what it leads to."""
        self._files += 1
        self.events += [Write(self._files, 0, content), Sync(self._files, False), Create(self._files, name)]
        self._open[name] = self._files

    def rename(self, old: str, new: str) -> None:
        self._open[new] = self._open.pop(old)
        self.events.append(Rename(old, new))

    def folder_sync(self) -> None:
        self.events.append(FolderSync())

    def acknowledged(self, act: int) -> None:
        self.events.append(Acknowledged(act))
