"""How long files and functions are, in lines."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.tidy.sources import Finding, Source

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50
_NOT_A_FUNCTION = re.compile(r"\b(if|for|while|switch|catch|with)\s*\([^{}]*\)\s*$")
_FUNCTION = re.compile(r"(=>|\))\s*$")
_FILE_WRAPPER = re.compile(r"^(\s|/\*.*?\*/|//[^\n]*\n)*;?\(\s*(async\s*)?(\(\)\s*=>|function\s*\(\))\s*$", re.DOTALL)
_TOKEN = re.compile(r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|\\.|\$\{|[`{}]", re.DOTALL)


@dataclass(frozen=True)
class Function:
    """`lines` runs from the `def` (without decorators) to the last line of the body."""

    name: str
    line: int
    lines: int


def functions(source: Source) -> list[Function]:
    """All functions of a Python or JavaScript file, inner ones too; other files have none."""
    if source.is_python:
        return list(_python_functions(source.nodes))
    return list(_script_functions(source.text)) if source.path.endswith(".js") else []


def too_long(source: Source) -> list[Finding]:
    """Files and functions beyond the hard limits."""
    found = []
    lines = source.text.count("\n")
    if lines > FILE_LINES_MAX:
        found.append(Finding(source.path, lines, f"{lines} lines, at most {FILE_LINES_MAX}: split it by its ideas"))
    for function in functions(source):
        if function.lines > FUNCTION_LINES_MAX:
            what = f"{function.name} has {function.lines} lines, at most {FUNCTION_LINES_MAX}: name its parts"
            found.append(Finding(source.path, function.line, what))
    return found


def percentile(values: list[int], percent: int) -> int:
    """The nearest-rank percentile: the smallest value that at least `percent` of all do not exceed."""
    ranked = sorted(values)
    return ranked[max(0, -(-len(ranked) * percent // 100) - 1)]


def _python_functions(nodes: Iterable[ast.AST]) -> Iterator[Function]:
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Function(node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1)


def _script_functions(text: str) -> Iterator[Function]:
    """Bodies in braces after `)` or `=>`, and templates after `=>`; strings, comments and `${}` are stepped over.

    A function that only wraps the whole file does not count.
    """
    open_: list[tuple[str, int, bool]] = []
    for token in _TOKEN.finditer(text):
        mark = token.group()
        in_template = bool(open_) and open_[-1][0] == "`"
        before = text[max(0, token.start() - 200) : token.start()]
        if mark == "${" and in_template:
            open_.append(("{", token.start(), False))
        elif mark == "{" and not in_template:
            is_function = bool(_FUNCTION.search(before)) and not _NOT_A_FUNCTION.search(before)
            is_function = is_function and not _FILE_WRAPPER.match(text[: token.start()])
            open_.append(("{", token.start(), is_function))
        elif mark == "`" and not in_template:
            open_.append(("`", token.start(), before.rstrip().endswith(("=> html", "=> svg", "=>"))))
        elif (mark == "`" and in_template) or (mark == "}" and open_ and not in_template):
            _, start, is_function = open_.pop()
            if is_function:
                first = text.count("\n", 0, start) + 1
                yield Function("function", first, text.count("\n", start, token.end()) + 1)
