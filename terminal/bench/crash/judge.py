"""Whether what a power cut left has kept its word: laid out as files and looked at by the real code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from terminal.bench.crash.cuts import Image, State

STALE_BYTES = 32 * 1024
Look = Callable[[Path], str | list[str]]


@dataclass(frozen=True)
class Wrong:
    """`kind` is `lost` (an acknowledged act is gone), `half` (no act ends like this) or `damaged` (opened or audited
    with complaints)."""

    kind: str
    sentence: str


@dataclass
class Judge:
    """`look` opens the database in a folder with the real code: a digest of all that it says, or what is wrong with it.

    `after[n]` is that digest when act n has been done. What `may_lose` is replaceable: it may be at any earlier act,
    and never between two. States are laid out in `folder`.
    """

    folder: Path
    look: Look
    may_lose: bool = False
    after: list[str] = field(default_factory=list)

    def learn(self, image: Image) -> None:
        """The image is that of the next act, all of it written: what it says is right."""
        found = self._look(image, None)
        assert isinstance(found, str), f"after act {len(self.after)} it is not right: {found}"
        self.after.append(found)

    def judge(self, state: State, stale: Random | None = None) -> Wrong | None:
        """What is wrong with a state, None if nothing: it must be what was after the newest act that was acknowledged,
        or after the one that was under way. With `stale` an old index of the log lies beside it."""
        found = self._look(state.image, stale)
        if isinstance(found, list):
            return Wrong("damaged", f"event {state.at}: " + "; ".join(found))
        first = 0 if self.may_lose else max(state.acknowledged, 0)
        if found in self.after[first : state.acknowledged + 2]:
            return None
        if found in self.after:
            act = self.after.index(found)
            return Wrong("lost", f"event {state.at}: act {state.acknowledged} was acknowledged, found is act {act}")
        return Wrong("half", f"event {state.at}: it is at no act, something is half")

    def _look(self, image: Image, stale: Random | None) -> str | list[str]:
        for old in self.folder.iterdir():
            old.unlink()
        for name, content in image.items():
            (self.folder / name).write_bytes(content)
            if stale is not None and name.endswith("-wal"):  # the index is memory: its file may hold anything
                (self.folder / name).with_name(name[:-3] + "shm").write_bytes(stale.randbytes(STALE_BYTES))
        return self.look(self.folder)
