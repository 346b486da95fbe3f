"""The filesystem under test: made on the host, and looked into on the host after the power went."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from hil_tests.bench.commands import run

MEGABYTES = 16
WELL = {0, 1, 2}  # of e2fsck: nothing to do, repaired, repaired and wants a reboot


def new_medium(folder: Path) -> bytes:
    """An empty ext4 filesystem with its journal."""
    path = folder / "new"
    run(["mke2fs", "-q", "-F", "-t", "ext4", path, f"{MEGABYTES}M"])
    return path.read_bytes()


def recovered(content: bytes, folder: Path) -> Path:
    """The files on `content` after its journal was replayed and all was checked, below `folder`, which is emptied."""
    shutil.rmtree(folder, ignore_errors=True)
    files = folder / "files"
    files.mkdir(parents=True)
    path = folder / "medium"
    path.write_bytes(content)
    checked = subprocess.run(["e2fsck", "-fy", str(path)], capture_output=True, text=True, check=False)
    assert checked.returncode in WELL, f"the filesystem is beyond repair: {checked.stdout[-500:]}"
    run(["debugfs", "-R", f"rdump / {files}", path])
    return files


def files_in(folder: Path) -> dict[str, bytes]:
    """The files in `folder` by name, without what lies deeper."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
