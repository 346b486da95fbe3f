"""Peppers on a terminal: written whole, the owner's alone, refused otherwise, and shown in no text."""

from __future__ import annotations

from pathlib import Path

import pytest

from terminal.errors import ConfigError, StoreError
from terminal.peppers import keep_peppers, load_peppers, missing

KEY = "5e" * 32


def test_a_pepper_is_kept_and_read(tmp_path: Path) -> None:
    assert missing(tmp_path, ["pepper-1"])
    keep_peppers(tmp_path, {"pepper-1": KEY})
    assert not missing(tmp_path, ["pepper-1"])
    assert missing(tmp_path, ["pepper-1", "pepper-2"])
    found = load_peppers(tmp_path)
    assert found["pepper-1"].key.hex() == KEY
    assert KEY not in repr(found)
    assert (tmp_path / "pepper-1.key").stat().st_mode & 0o777 == 0o600


def test_what_is_here_stays(tmp_path: Path) -> None:
    keep_peppers(tmp_path, {"pepper-1": KEY})
    keep_peppers(tmp_path, {"pepper-1": "00" * 32})
    assert load_peppers(tmp_path)["pepper-1"].key.hex() == KEY


def test_one_that_others_may_read_or_that_is_damaged_is_refused(tmp_path: Path) -> None:
    keep_peppers(tmp_path, {"pepper-1": KEY})
    path = tmp_path / "pepper-1.key"
    path.chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        load_peppers(tmp_path)
    path.chmod(0o600)
    for damaged in ("5e", "no hex", ""):
        path.write_text(damaged)
        with pytest.raises(ConfigError, match="holds no pepper"):
            load_peppers(tmp_path)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        keep_peppers(tmp_path / "nowhere", {"pepper-1": KEY})
