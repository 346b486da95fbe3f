"""What builds the bench: the programs it calls, and the release that it lays."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hil_tests.bench.commands import BenchError, run
from hil_tests.bench.release import lay_release


def test_a_guest_with_another_python_is_refused_before_anything_is_laid(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=r"which \.venv is of"):
        lay_release(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_fails_is_told_with_its_own_words() -> None:
    with pytest.raises(BenchError, match=r"failed with 3: no room"):
        run([sys.executable, "-c", "import sys; sys.stderr.write('no room'); sys.exit(3)"])


def test_a_program_that_is_not_there_is_told_with_the_way_out() -> None:
    with pytest.raises(BenchError, match=r"no-such-program is not installed: start with \./hil"):
        run(["no-such-program"])


def test_a_program_takes_its_input_and_gives_what_it_prints(tmp_path: Path) -> None:
    assert run(["cat"], tmp_path, "words") == "words"
