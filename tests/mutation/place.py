"""Where a fault was put into a module: mutmut says it within the function, people look for the line of the file."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

_HUNK = re.compile(r"^@@ -(\d+)")
_NAME = re.compile(r"^x(?:_|ǁ(?P<owner>.+)ǁ)(?P<function>.+?)__mutmut_\d+$")


@dataclass(frozen=True)
class Change:
    """One fault: the lines that were taken out of the file from `line` on, and those put in."""

    path: str
    line: int
    before: tuple[str, ...]
    after: tuple[str, ...]

    def __str__(self) -> str:
        rows = [f"- {row.strip()}" for row in self.before] + [f"+ {row.strip()}" for row in self.after]
        return "\n    ".join([f"{self.path}:{self.line}", *rows])


def change(path: str, name: str, text: str, difference: str) -> Change:
    """The fault `name` of mutmut in the module `text`, read from its unified difference of the function."""
    rows = difference.splitlines()
    before = tuple(row[1:] for row in rows if row.startswith("-") and not row.startswith("---"))
    after = tuple(row[1:] for row in rows if row.startswith("+") and not row.startswith("+++"))
    return Change(path, _line(text, name, _offset(rows), before), before, after)


def _offset(rows: list[str]) -> int:
    """How many lines of the function stand before the first that was changed."""
    begins = next(number for number, row in enumerate(rows) if _HUNK.match(row))
    hunk = _HUNK.match(rows[begins])
    assert hunk is not None
    same = next(number for number, row in enumerate(rows[begins + 1 :]) if row[:1] in ("-", "+"))
    return int(hunk[1]) - 1 + same


def _line(text: str, name: str, offset: int, before: tuple[str, ...]) -> int:
    """The line nearest to where the difference says, since comments above a function shift it, that reads the same."""
    function = _function(ast.parse(text), name.rpartition(".")[2])
    told = function.lineno + offset
    within = enumerate(text.splitlines()[: function.end_lineno], 1)
    same = [number for number, row in within if number >= function.lineno and row.strip() == before[0].strip()]
    return min(same, key=lambda number: abs(number - told), default=told)


def _function(tree: ast.Module, name: str) -> ast.FunctionDef:
    parts = _NAME.match(name)
    assert parts is not None, name
    owners = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == parts["owner"]]
    body = owners[0].body if owners else tree.body
    return next(node for node in body if isinstance(node, ast.FunctionDef) and node.name == parts["function"])
