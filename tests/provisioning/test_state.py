"""Files that a power cut leaves old or new, never half."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from protocol.enrolment import EnrolAnswer
from provisioning.state import Progress, Stage, StateError, load_progress, read_json, save_progress, write_file


def test_a_file_is_replaced_whole_with_mode_0600(tmp_path: Path) -> None:
    path = tmp_path / "identity.json"
    path.write_text("old")
    path.chmod(0o644)
    write_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["identity.json"]


def test_what_a_power_cut_left_of_a_write_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.new").write_bytes(b"half and much longer than what comes")
    write_file(tmp_path / "a", b"whole")
    assert (tmp_path / "a").read_bytes() == b"whole"


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "a.new").symlink_to(victim)
    with pytest.raises(StateError, match="cannot be written"):
        write_file(tmp_path / "a", b"x")
    assert victim.read_text() == "precious"


def test_no_file_is_no_progress(tmp_path: Path) -> None:
    assert read_json(tmp_path / "none.json") is None
    assert load_progress(tmp_path) == Progress(stage=Stage.NEW)


def test_progress_comes_back_and_hides_its_secrets(tmp_path: Path) -> None:
    answer = EnrolAnswer(device="s01-1", epoch=1, store="s01", lane="1", trust_key="a" * 64, lookup_key="b" * 64)
    progress = Progress(stage=Stage.ENROLLED, claim="c-1", store="s01", lane="1", private_key="d" * 64, answer=answer)
    save_progress(tmp_path, progress)
    assert load_progress(tmp_path) == progress
    assert "cccc" not in repr(progress)
    assert "dddd" not in f"{progress}"
