"""Whether what a power cut left is a ledger that kept its word: opened and audited by the real code."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import apsw

from terminal.bench.crash.cuts import Image, State
from terminal.bench.crash.day import open_ledger
from terminal.errors import StoreError
from terminal.store.audit import audit
from terminal.store.ledger_file import connect

NAME = "ledger.db"
STALE = "-shm"  # the index of the log is memory: after a power cut the file may hold anything


@dataclass(frozen=True)
class Wrong:
    """`kind` is `lost` (an acknowledged act is gone), `half` (no act ends like this) or `damaged` (opened or audited
    with complaints)."""

    kind: str
    sentence: str


@dataclass
class Judge:
    """`after[n]` is what the whole ledger says when act n has been done. `folder` is where states are laid out."""

    folder: Path
    after: list[str] = field(default_factory=list)

    def learn(self, image: Image) -> None:
        """The image is that of the next act, all of it written: what it says is right."""
        found = self._look(image, None)
        if isinstance(found, list):
            raise AssertionError(f"a ledger after act {len(self.after)} is not right: {found}")
        self.after.append(found)

    def judge(self, state: State, stale: Random | None) -> Wrong | None:
        """What is wrong with a state, None if nothing: it must be the ledger after the newest act that was
        acknowledged, or after the one that was under way. With `stale` an old index of the log lies beside it."""
        found = self._look(state.image, stale)
        if isinstance(found, list):
            return Wrong("damaged", f"event {state.at}: " + "; ".join(found))
        if found in self.after[max(state.acknowledged, 0) : state.acknowledged + 2]:
            return None
        if found in self.after:
            act = self.after.index(found)
            return Wrong("lost", f"event {state.at}: act {state.acknowledged} was acknowledged, found is act {act}")
        return Wrong("half", f"event {state.at}: the ledger is at no act, something is half")

    def _look(self, image: Image, stale: Random | None) -> str | list[str]:
        """A digest of everything in the ledger, or what is wrong."""
        path = self._lay_out(image, stale)
        try:
            with open_ledger(path):
                said = audit(path)
                return said or _digest(path)
        except StoreError as error:
            return [str(error)]

    def _lay_out(self, image: Image, stale: Random | None) -> Path:
        for old in self.folder.iterdir():
            old.unlink()
        for name, content in image.items():
            (self.folder / name).write_bytes(content)
        if stale is not None and f"{NAME}-wal" in image:
            (self.folder / (NAME + STALE)).write_bytes(stale.randbytes(32 * 1024))
        return self.folder / NAME


def _digest(path: Path) -> str:
    connection = connect(path, apsw.SQLITE_OPEN_READONLY)
    try:
        digest = hashlib.sha256()
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        for (table,) in tables:
            rows = connection.execute(f'SELECT * FROM "{table}" ORDER BY 1, 2').fetchall()
            digest.update(repr((table, rows)).encode())
        return digest.hexdigest()
    finally:
        connection.close()
