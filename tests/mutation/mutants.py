"""Put faults into modules, one at a time, and let tests look for them. The faults are mutmut's."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.place import Change, change

COPIED = ("loyalty", "protocol", "samples", "tests", "docs")
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".hypothesis", "node_modules")
PYTEST = ["-x", "-p", "no:xdist", "-p", "no:cov"]
SETTINGS = """
[tool.pytest.ini_options]
addopts = "-q -p no:cacheprovider --import-mode=importlib"
pythonpath = ["."]

[tool.mutmut]
source_paths = {sources}
also_copy = {copied}
pytest_add_cli_args = {pytest}
pytest_add_cli_args_test_selection = {tests}
timeout_constant = 5.0
timeout_multiplier = 5.0
use_git_change_detection = false
"""


class MutationFailed(Exception):
    """The tests do not pass as they are, or the time is over before every fault was tried."""


@dataclass(frozen=True)
class Outcome:
    """Of each module how many faults had which end, and the faults that no test noticed."""

    ends: dict[str, Counter[str]]
    unnoticed: tuple[Change, ...]


def try_faults(root: Path, sources: Sequence[str], tests: Sequence[str], folder: Path, seconds: int) -> Outcome:
    """Try every fault in `sources` with the tests that reach it, in a copy of `root` in the empty `folder`.

    Raises MutationFailed.
    """
    copied = [name for name in COPIED if (root / name).exists()]
    for name in copied:
        shutil.copytree(root / name, folder / name, ignore=LEFT_OUT)
    values = {"sources": sources, "copied": copied, "pytest": PYTEST, "tests": tests}
    settings = SETTINGS.format(**{name: json.dumps(list(value)) for name, value in values.items()})
    (folder / "pyproject.toml").write_text(settings, "utf-8")
    run = _mutmut(folder, seconds, "run", "--max-children", "1")
    if run.returncode:
        raise MutationFailed("\n".join(["mutmut could not try the faults:", *run.stdout.splitlines()[-40:]]))
    return _outcome(folder)


def _outcome(folder: Path) -> Outcome:
    ends: dict[str, Counter[str]] = {}
    unnoticed: list[Change] = []
    for row in _mutmut(folder, 600, "results", "--all", "true").stdout.splitlines():
        name, _, end = row.strip().partition(": ")
        if not end:
            continue
        path = name.rpartition(".")[0].replace(".", "/") + ".py"
        ends.setdefault(path, Counter())[end] += 1
        if end in ("survived", "no tests"):
            unnoticed.append(change(path, name, (folder / path).read_text("utf-8"), _difference(folder, name)))
    return Outcome(ends, tuple(unnoticed))


def _difference(folder: Path, name: str) -> str:
    return _mutmut(folder, 600, "show", name).stdout


def _mutmut(folder: Path, seconds: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Without PYTHONPATH, so that the modules under test are those of the copy.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    try:
        return subprocess.run(
            [sys.executable, "-m", "mutmut", *arguments],
            cwd=folder,
            env={**environment, "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise MutationFailed(f"not done after {seconds} s: give it more, or fewer modules") from None
