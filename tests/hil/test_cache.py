"""The bench's cache: what is built once, and when it is built again."""

from __future__ import annotations

from pathlib import Path

import pytest

from hil_tests.bench.cache import VARIABLE, built, key, place


def test_the_key_moves_with_names_contents_and_rights(tmp_path: Path) -> None:
    folder = tmp_path / "inputs"
    folder.mkdir()
    (folder / "one").write_text("1")
    keys = [key([folder])]
    (folder / "one").chmod(0o755)
    keys.append(key([folder]))
    (folder / "one").rename(folder / "two")
    keys.append(key([folder]))
    (folder / "two").write_text("2")
    keys.append(key([folder]))
    assert len(set(keys)) == 4


def test_what_an_interpreter_left_does_not_move_the_key(tmp_path: Path) -> None:
    (tmp_path / "one").write_text("1")
    before = key([tmp_path])
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "one.pyc").write_bytes(b"2")
    assert key([tmp_path]) == before


def test_neighbours_do_not_run_together() -> None:
    assert key(["ab", "c"]) != key(["a", "bc"])
    assert key(["a"]) != key([b"a"])


def test_a_step_is_built_once_and_again_when_its_inputs_change(tmp_path: Path) -> None:
    built_with: list[str] = []

    def step(content: str) -> Path:
        def make(folder: Path) -> None:
            built_with.append(content)
            (folder / "made").write_text(content)

        return built(tmp_path, "step", [content], make)

    first = step("a")
    assert step("a") == first
    second = step("b")
    assert (second / "made").read_text() == "b"
    assert not first.exists()
    assert built_with == ["a", "b"]


def test_a_step_whose_name_begins_like_another_is_left_alone(tmp_path: Path) -> None:
    other = built(tmp_path, "image-small", ["a"], lambda folder: None)
    built(tmp_path, "image", ["a"], lambda folder: None)
    built(tmp_path, "image", ["b"], lambda folder: None)
    assert other.is_dir()


def test_a_build_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def make(folder: Path) -> None:
        (folder / "half").write_text("half")
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        built(tmp_path, "step", ["a"], make)
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_the_place_is_that_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    assert place() == tmp_path / "cache"
    assert place().is_dir()
