"""The simulated disk, cut from outside: what a power cut keeps goes into a folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from terminal.bench.simulation.disk import Disk


class RememberingDisk(Disk):
    """`before_sync` is called when a sync was asked for and nothing of it has happened."""

    def __init__(self, name: str, before_sync: Callable[[], None]) -> None:
        super().__init__(name)
        self.before_sync = before_sync

    def synced(self, folder: Path) -> None:
        self.before_sync()

    def cut(self, folder: Path, chance: Random) -> None:
        """Write what the disk holds after a power cut at this moment into `folder`."""
        folder.mkdir()
        for path, content in self.files.items():
            (folder / Path(path).name).write_bytes(content.after_cut(chance))
