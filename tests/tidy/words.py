"""Comments that put work off or silence a tool, names that say nothing, and contracts that are missing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.tidy.sources import Finding, Source

_PUT_OFF = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
_SILENCED = re.compile(r"#\s*(noqa|type:\s*ignore)\b(?P<code>(\[[\w, -]+\]|:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*))?(?P<why>.*)")
_REASON_LETTERS = 10
_LINES_THAT_TELL = 8
_EMPTY_NAMES = re.compile(r"(^|_)(utils?|helpers?|managers?|common|misc)(_|$)")
_EMPTY_CLASS = re.compile(r"(Utils?|Helpers?|Manager|Common|Misc)$")


def put_off(source: Source) -> list[Finding]:
    """Comments that promise work for later."""
    return [
        Finding(source.path, line, f"{match.group()}: do it, or leave it out")
        for line, comment in source.comments
        if (match := _PUT_OFF.search(comment))
    ]


def silenced(source: Source) -> list[Finding]:
    """Checks that are switched off without their code and a reason on the same line."""
    found = []
    for line, comment in source.comments:
        match = _SILENCED.search(comment)
        if match and not (match["code"] and len(re.findall(r"\w", match["why"])) >= _REASON_LETTERS):
            what = f"{comment.strip()}: repair it, or name the code and the reason on this line"
            found.append(Finding(source.path, line, what))
    return found


def empty_names(source: Source) -> list[Finding]:
    """Files, folders and classes whose name fits anything."""
    parts = re.split(r"[/.]", source.path)
    found = [
        Finding(source.path, 1, f"{part!r} names no subject: call it after what it is about")
        for part in parts
        if _EMPTY_NAMES.search(part)
    ]
    if source.is_python:
        classes = (node for node in source.nodes if isinstance(node, ast.ClassDef))
        found += [
            Finding(source.path, node.lineno, f"class {node.name}: call it after what it is")
            for node in classes
            if _EMPTY_CLASS.search(node.name)
        ]
    return found


def without_docstring(source: Source) -> list[Finding]:
    """Modules without a first sentence, and public classes and functions that need a contract and have none."""
    tree = source.tree
    found = []
    if ast.get_docstring(tree) is None and source.text.strip():
        found.append(Finding(source.path, 1, "a module starts with a sentence that says what it is about"))
    if not source.is_test:
        found += [
            Finding(source.path, node.lineno, f"{node.name} is public: give it a docstring, or a leading underscore")
            for node in _public(tree)
            if ast.get_docstring(node) is None and not _tells_itself(node)
        ]
    return found


def _tells_itself(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A few lines of plain data, or a function of a few lines whose name and types are its contract."""
    has_methods = any(isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef) for item in node.body)
    return (node.end_lineno or node.lineno) - node.lineno < _LINES_THAT_TELL and not (
        isinstance(node, ast.ClassDef) and has_methods
    )


def _public(tree: ast.Module) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield node
