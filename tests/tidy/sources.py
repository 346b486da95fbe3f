"""Which files the house rules look at, and what a rule says of one."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
SUFFIXES = frozenset({".py", ".js", ".css"})
FOREIGN = frozenset({"vendor", "build", "artifacts", "__pycache__", "node_modules"})


@dataclass(frozen=True)
class Source:
    """One file: its path from the root with forward slashes, and its text, which is parsed once for all rules."""

    path: str
    text: str

    @property
    def is_python(self) -> bool:
        return self.path.endswith(".py")

    @property
    def is_test(self) -> bool:
        return self.path.startswith(("tests/", "hil_tests/"))

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Everything in the tree, from the outside in."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def comments(self) -> tuple[tuple[int, str], ...]:
        """Each comment with its line."""
        return tuple(_python_comments(self.text) if self.is_python else _other_comments(self.text))


@dataclass(frozen=True)
class Finding:
    """What is wrong where, and the way out."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


def sources(root: Path = ROOT) -> Iterator[Source]:
    """Every file of ours that the rules know, without vendored and generated ones."""
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        ours = not any(part in FOREIGN or part.startswith(".") or part.endswith(".egg-info") for part in parts)
        if ours and path.suffix in SUFFIXES and path.is_file():
            yield Source("/".join(parts), path.read_text("utf-8"))


def _python_comments(text: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _other_comments(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        at = re.search(r"(?<!:)//|/\*|^\s*\*", line)
        if at:
            yield number, line[at.start() :]
