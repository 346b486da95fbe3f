"""A secret file is whole or not there, and used by its owner alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from terminal.private_file import read_private, write_private


def test_what_is_written_is_read_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "own.key"
    for data in (b"first", b"second"):
        write_private(path, data)
        assert read_private(path, 100) == data
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_private(path, 3) == b"sec"
    assert os.listdir(tmp_path) == ["own.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o622])
def test_one_that_others_may_use_is_refused_with_the_way_out(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "own.key"
    write_private(path, b"secret")
    path.chmod(mode)
    with pytest.raises(PermissionError, match="chmod 600"):
        read_private(path, 100)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """Neither to read, nor where somebody has laid one in the way of what is written."""
    (tmp_path / "other").write_bytes(b"other")
    (tmp_path / "other").chmod(0o600)
    for name in ("own.key", "own.key.new"):
        (tmp_path / name).symlink_to(tmp_path / "other")
    with pytest.raises(OSError, match="symbolic links"):
        read_private(tmp_path / "own.key", 100)
    write_private(tmp_path / "own.key", b"secret")
    assert (tmp_path / "other").read_bytes() == b"other"
    assert read_private(tmp_path / "own.key", 100) == b"secret"


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_private(tmp_path / "nowhere" / "own.key", b"secret")
    with pytest.raises(FileNotFoundError):
        read_private(tmp_path / "own.key", 100)
