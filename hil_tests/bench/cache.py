"""Where the parts of the bench are kept: each in a folder that is named by a hash of what it was made from."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "STILLPOINT_BENCH_CACHE"
KEY_CHARS = 16
FOREIGN = frozenset({"__pycache__"})


def place() -> Path:
    """The folder of the cache: that of STILLPOINT_BENCH_CACHE, or one in the home folder; never in the repository."""
    folder = Path(os.environ.get(VARIABLE) or Path.home() / ".cache" / "stillpoint-bench")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def key(inputs: Iterable[str | bytes | Path]) -> str:
    """A hash of texts, of files and of whole folders: names, contents and which may be executed, in order."""
    digest = hashlib.sha256()
    for item in inputs:
        for label, content in _pieces(item):
            for part in (label.encode(), content):
                digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:KEY_CHARS]


def _pieces(item: str | bytes | Path) -> Iterator[tuple[str, bytes]]:
    if isinstance(item, str):
        yield "text", item.encode()
    elif isinstance(item, bytes):
        yield "bytes", item
    elif item.is_dir():
        for path in files_of(item):
            yield f"{path.relative_to(item)} {os.access(path, os.X_OK)}", path.read_bytes()
    else:
        yield f"{item.name} {os.access(item, os.X_OK)}", item.read_bytes()


def files_of(folder: Path) -> list[Path]:
    """All files below `folder` in order, without what an interpreter left there."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and not FOREIGN & set(path.parts)]


def built(cache: Path, name: str, inputs: Iterable[str | bytes | Path], make: Callable[[Path], None]) -> Path:
    """The folder of `name` for these inputs; `make` fills a new one if there is none.

    A build that fails leaves nothing behind. Older folders of the same name go when a new one is there.
    """
    folder = cache / f"{name}-{key(inputs)}"
    with _alone(cache):
        if folder.is_dir():
            return folder
        begun = Path(tempfile.mkdtemp(prefix=".begun-", dir=cache))
        try:
            make(begun)
        except BaseException:
            shutil.rmtree(begun)
            raise
        for old in cache.glob(f"{name}-" + "[0-9a-f]" * KEY_CHARS):
            shutil.rmtree(old)
        begun.rename(folder)
    return folder


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """Two runs at once build one after the other."""
    with open(cache / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
