"""Every part names modules and tests that are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation.parts import PARTS, NothingThere, asked_for, files

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", PARTS)
def test_a_part_has_modules_and_tests(name: str) -> None:
    sources, tests = asked_for(ROOT, name)
    assert all((ROOT / path.partition("::")[0]).is_file() for path in [*sources, *tests])
    assert not [path for path in tests if "propert" in path or "oracle" in path]


def test_a_module_is_tried_with_the_tests_of_its_part() -> None:
    assert asked_for(ROOT, "loyalty/points.py") == (["loyalty/points.py"], asked_for(ROOT, "points")[1])


@pytest.mark.parametrize("name", ["poinst", "loyalty/none.py", "terminal/cli.py"])
def test_what_is_in_no_part_is_refused(name: str) -> None:
    with pytest.raises(NothingThere, match="points"):
        asked_for(ROOT, name)


def test_one_test_of_a_file_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "test_shop.py").touch()
    assert files(tmp_path, ["test_s*.py::test_it", "test_*.py"]) == ["test_shop.py::test_it", "test_shop.py"]


def test_a_pattern_that_matches_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NothingThere, match="gone"):
        files(tmp_path, ["loyalty/gone.py"])
