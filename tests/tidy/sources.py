"""Which files the house rules look at, and what a rule says of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SUFFIXES = frozenset({".py", ".js", ".css"})
FOREIGN = frozenset({"vendor", "build", "artifacts", "__pycache__", "node_modules"})


@dataclass(frozen=True)
class Source:
    """One file: its path from the root with forward slashes, and its text."""

    path: str
    text: str

    @property
    def is_python(self) -> bool:
        return self.path.endswith(".py")

    @property
    def is_test(self) -> bool:
        return self.path.startswith(("tests/", "hil_tests/"))


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
