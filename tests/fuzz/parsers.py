"""Every parser of ours that touches bytes from outside, found by its name and by what it takes."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).parents[2]
PLACES = ("cards", "drivers", "terminal/codes", "terminal/devices")
EMULATED = "drivers/virtual"  # not from outside: it answers our own side, and is tried by tests of its own
NAMES = (
    "read",
    "parse",
    "feed",
    "unpad",
    "learn",
    "whole_answer",
    "uid_of",
    "tamper_status",
    "card_type",
    "without_crc",
)
TAKEN = ("bytes", "str", "Sequence[int]", "Stroke", "InputEvent")
Parser = tuple[str, str]  # a file, and a name in it: a class's method is "Class.method"


def parsers() -> Iterator[Parser]:
    """Functions and methods that are not private, are named as readers are, and take what comes from outside first."""
    for place in PLACES:
        for path in sorted((ROOT / place).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if not name.startswith(EMULATED):
                yield from ((name, found) for found in parsers_in(path.read_text("utf-8")))


def parsers_in(source: str) -> Iterator[str]:
    """The names of the parsers of one module."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and _reads(node):
            yield node.name
        elif isinstance(node, ast.ClassDef) and not _is_protocol(node):
            methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
            yield from (f"{node.name}.{method.name}" for method in methods if _reads(method))


def _reads(function: ast.FunctionDef) -> bool:
    named = any(function.name == name or function.name.startswith(f"{name}_") for name in NAMES)
    taken = [each for each in function.args.args if each.arg not in {"self", "cls"}]
    shape = ast.unparse(taken[0].annotation) if taken and taken[0].annotation else ""
    return named and any(word in shape for word in TAKEN)


def _is_protocol(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base).startswith("Protocol") for base in node.bases)


def reached(work: Callable[[], object]) -> set[Parser]:
    """The functions of ours that run while `work` does."""
    ran: set[Parser] = set()
    root = f"{ROOT}/"

    def watch(frame: FrameType, what: str, _: object) -> None:
        code = frame.f_code
        if what == "call" and code.co_filename.startswith(root):
            ran.add((code.co_filename.removeprefix(root), code.co_qualname))

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        work()
    finally:
        sys.setprofile(before)
    return ran
