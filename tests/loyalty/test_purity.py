"""The core is pure: standard library only, no clock, no chance, no I/O, no state of its own."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

CORE = Path(__file__).parents[2] / "loyalty"
FILES = sorted(CORE.rglob("*.py"))
IMPURE = {"asyncio", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil", "socket"}
IMPURE |= {"subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid"}
CLOCKS = {"now", "today", "utcnow"}
IO = {"open", "print", "input"}
CACHES = {"cache", "lru_cache"}


def impurities(text: str) -> list[str]:
    """What is impure in a module: imports, readings of a clock, I/O, floats, globals, caches."""
    tree = ast.parse(text)
    found = [name for name in _imported(tree) if not _is_pure(name)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
            found.append(node.func.attr)
        if isinstance(node, ast.Name) and node.id in IO:
            found.append(node.id)
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.append(str(node.value))
        if isinstance(node, ast.Global):
            found += node.names
        if isinstance(node, ast.Name) and node.id in CACHES:
            found.append(node.id)
    return found


def _imported(tree: ast.Module) -> list[str]:
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append("." * node.level + (node.module or ""))
    return names


def _is_pure(name: str) -> bool:
    top = name.partition(".")[0]
    return top == "loyalty" or (top in sys.stdlib_module_names and top not in IMPURE)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_module_of_the_core_is_pure(path: Path) -> None:
    assert impurities(path.read_text("utf-8")) == []


def test_the_whole_core_was_looked_at() -> None:
    assert len(FILES) > 20


@pytest.mark.parametrize(
    "text",
    [
        "import pydantic",
        "from protocol import canonical",
        "import time",
        "from random import choice",
        "from . import money",
        "from datetime import datetime\ndatetime.now()",
        "from datetime import date\ndate.today()",
        "open('x')",
        "RATE = 0.12",
        "def f():\n    global x",
        "from functools import lru_cache\n@lru_cache\ndef f(): ...",
    ],
)
def test_what_is_impure_is_found(text: str) -> None:
    assert len(impurities(text)) == 1
