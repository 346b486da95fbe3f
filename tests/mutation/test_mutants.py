"""The runner names what tests do not notice, names nothing where they notice all, and never takes silence for proof."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation.__main__ import report
from tests.mutation.mutants import MutationFailed, Outcome, try_faults

SOURCE = '''"""Shop."""


def is_free(units: int) -> bool:
    """Whether these units cost nothing."""
    return units > 2
'''
UNREACHED = """

def is_dear(price: int) -> bool:
    return price > 2
"""
TIGHT = """
from loyalty.shop import is_free

def test_two_units_are_not_free_and_three_are():
    assert is_free(2) is False
    assert is_free(3) is True
"""
HOLE = """
from loyalty.shop import is_free

def test_many_units_are_free_and_none_are_not():
    assert is_free(9) is True
    assert is_free(0) is False
"""
RED = """
from loyalty.shop import is_free

def test_nothing_holds():
    assert is_free(0) is True
"""


def tried(folder: Path, test: str, source: str = SOURCE, seconds: int = 120) -> Outcome:
    root, copy = folder / "project", folder / "copy"
    for path, text in (("loyalty/__init__.py", ""), ("loyalty/shop.py", source), ("tests/test_shop.py", test)):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    copy.mkdir()
    return try_faults(root, ["loyalty/shop.py"], ["tests/test_shop.py"], copy, seconds)


def test_a_test_that_looks_at_the_bound_lets_no_fault_pass(tmp_path: Path) -> None:
    found = tried(tmp_path, TIGHT)
    assert found.unnoticed == ()
    assert report(found) == "loyalty/shop.py: 2 faults, 2 killed\n"


def test_a_hole_in_the_tests_is_named_with_its_line(tmp_path: Path) -> None:
    found = tried(tmp_path, HOLE)
    assert report(found) == (
        "loyalty/shop.py:6\n    - return units > 2\n    + return units >= 2\n"
        "loyalty/shop.py:6\n    - return units > 2\n    + return units > 3\n"
        "loyalty/shop.py: 2 faults, 2 survived\n"
    )


def test_a_function_that_no_test_reaches_is_a_hole_too(tmp_path: Path) -> None:
    found = tried(tmp_path, TIGHT, SOURCE + UNREACHED)
    assert {change.before for change in found.unnoticed} == {("    return price > 2",)}
    assert found.ends == {"loyalty/shop.py": {"killed": 2, "no tests": 2}}


def test_tests_that_fail_as_they_are_prove_nothing(tmp_path: Path) -> None:
    with pytest.raises(MutationFailed, match="could not try"):
        tried(tmp_path, RED)


def test_a_run_that_takes_too_long_ends_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(MutationFailed, match="give it more"):
        tried(tmp_path, TIGHT, seconds=0)
