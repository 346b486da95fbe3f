"""The house rules hold in the whole tree, and each rule catches what it is for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pytest

from tests.tidy.calls import banned_calls, banned_imports, broad_excepts, float_literals
from tests.tidy.lengths import functions, percentile, too_long
from tests.tidy.sources import Finding, Source, sources
from tests.tidy.words import empty_names, put_off, silenced, without_docstring

Rule = Callable[[Source], list[Finding]]
ANY_FILE: list[Rule] = [too_long, put_off, empty_names]
PYTHON: list[Rule] = [banned_calls, banned_imports, broad_excepts, float_literals, silenced, without_docstring]
FUNCTION_LIMITS = {50: 12, 95: 35}  # percentile: lines
FILE_LIMITS = {50: 145, 95: 300}


@dataclass
class Tree:
    """What one way through the whole tree tells: no file is parsed twice, and none is kept."""

    looked_at: Counter[Rule] = field(default_factory=Counter)
    findings: dict[Rule, list[str]] = field(default_factory=lambda: defaultdict(list))
    files: list[int] = field(default_factory=list)
    functions: list[int] = field(default_factory=list)

    def look(self, source: Source) -> None:
        for rule in ANY_FILE + PYTHON if source.is_python else ANY_FILE:
            self.looked_at[rule] += 1
            self.findings[rule] += map(str, rule(source))
        self.files.append(source.text.count("\n"))
        self.functions += [function.lines for function in functions(source)]


@pytest.fixture(scope="module")
def tree() -> Tree:
    tree = Tree()
    for source in sources():
        tree.look(source)
    return tree


@pytest.mark.parametrize("rule", ANY_FILE + PYTHON, ids=lambda rule: rule.__name__)
def test_the_rule_holds_everywhere(rule: Rule, tree: Tree) -> None:
    assert tree.looked_at[rule] > 10, "the rule looked at next to nothing"
    found = tree.findings[rule]
    assert found == [], "\n" + "\n".join(found)


def test_most_functions_are_short(tree: Tree) -> None:
    assert over(tree.functions, FUNCTION_LIMITS) == {}


def test_most_files_are_short(tree: Tree) -> None:
    assert over(tree.files, FILE_LIMITS) == {}


def over(values: list[int], limits: dict[int, int]) -> dict[str, int]:
    """The percentiles that exceed their limit, with what they are."""
    found = {percent: percentile(values, percent) for percent in limits}
    return {f"p{percent}": value for percent, value in found.items() if value > limits[percent]}


BAD: list[tuple[Rule, str, str]] = [
    (too_long, "terminal/a.py", "x = 1\n" * 401),
    (too_long, "kiosk_ui/a.css", "a {}\n" * 401),
    (too_long, "terminal/a.py", "def f():\n" + "    x = 1\n" * 50),
    (too_long, "kiosk_ui/a.js", "function f() {\n" + "  g();\n" * 49 + "}\n"),
    (too_long, "kiosk_ui/a.js", "const f = () => html`\n" + "<p>${x ? `}` : '{'}</p>\n" * 49 + "`;\n"),
    (too_long, "kiosk_ui/a.js", "let a;\n(() => {\n" + "  g();\n" * 49 + "})();\n"),
    (put_off, "hq/a.py", "x = 1  # TODO: later\n"),
    (put_off, "kiosk_ui/a.js", "x(); // FIXME\n"),
    (put_off, "kiosk_ui/a.css", "/* XXX */\n"),
    (empty_names, "terminal/utils.py", ""),
    (empty_names, "terminal/common/lines.py", ""),
    (empty_names, "kiosk_ui/date_helpers.js", ""),
    (empty_names, "hq/a.py", "class MemberManager: ...\n"),
    (banned_calls, "terminal/store/a.py", "print(1)\n"),
    (banned_calls, "terminal/cli.py", "import time\ntime.sleep(1)\n"),
    (banned_calls, "tests/a.py", "from time import sleep as nap\nnap(1)\n"),
    (banned_calls, "hq/a.py", "from datetime import datetime\ndatetime.now()\n"),
    (banned_calls, "hq/a.py", "import datetime\ndatetime.datetime.utcnow()\n"),
    (banned_calls, "hq/a.py", "from datetime import date\ndate.today()\n"),
    (banned_calls, "terminal/a.py", "import time\ntime.time()\n"),
    (banned_calls, "terminal/a.py", "import time as clock\nclock.time_ns()\n"),
    (banned_calls, "terminal/a.py", "import random\nrandom.choice([1])\n"),
    (banned_calls, "terminal/a.py", "from uuid import uuid4\nuuid4()\n"),
    (banned_calls, "terminal/a.py", "import secrets\nsecrets.token_hex(16)\n"),
    (banned_calls, "loyalty/a.py", "float(1)\n"),
    (banned_calls, "tests/a.py", "import time\ndef test(monkeypatch): monkeypatch.setattr(time, 'time', None)\n"),
    (banned_calls, "tests/a.py", "def test(monkeypatch): monkeypatch.setattr('hq.a.time.time', None)\n"),
    (banned_imports, "tests/a.py", "from unittest import mock\n"),
    (banned_imports, "tests/a.py", "from unittest.mock import patch\n"),
    (banned_imports, "terminal/sync/a.py", "import requests\n"),
    (banned_imports, "terminal/sync/a.py", "def f():\n    import httpx\n"),
    (banned_imports, "terminal/store/ledger.py", "import sqlite3\n"),
    (banned_imports, "loyalty/a.py", "import pydantic\n"),
    (broad_excepts, "terminal/a.py", "try: x()\nexcept Exception: y()\n"),
    (broad_excepts, "terminal/a.py", "try: x()\nexcept: y()\n"),
    (broad_excepts, "terminal/a.py", "try: x()\nexcept (OSError, BaseException): y()\n"),
    (silenced, "terminal/a.py", "try: x()\nexcept Exception: y()  # noqa: BLE001\n"),
    (float_literals, "loyalty/a.py", "x = 0.5\n"),
    (silenced, "terminal/a.py", "import x  # noqa\n"),
    (silenced, "terminal/a.py", "import x  # noqa: F401\n"),
    (silenced, "terminal/a.py", "x = 1  # type: ignore\n"),
    (silenced, "terminal/a.py", "x = 1  # type: ignore[assignment]\n"),
    (without_docstring, "terminal/a.py", "x = 1\n"),
    (without_docstring, "terminal/a.py", '"""A."""\ndef f():\n' + "    x = 1\n" * 8),
    (without_docstring, "terminal/a.py", '"""A."""\nclass A:\n    def f(self): ...\n'),
]


@pytest.mark.parametrize(("rule", "path", "text"), BAD, ids=lambda value: getattr(value, "__name__", str(value)[:40]))
def test_the_rule_catches(rule: Rule, path: str, text: str) -> None:
    assert len(rule(Source(path, text))) == 1


GOOD: list[tuple[str, str]] = [
    ("terminal/main.py", '"""Start."""\nimport time, uuid\ntime.time_ns(), uuid.uuid4()\n'),
    ("terminal/cli.py", '"""Commands."""\nprint(1)\n'),
    ("terminal/a.py", '"""Draw."""\nfrom random import Random\nRandom(1).choice([1])\n'),
    ("terminal/a.py", '"""Draw."""\ndef draw(random):\n    return random.choice([1])\n'),
    ("terminal/a.py", '"""Wait."""\nimport time\ntime.monotonic_ns()\n'),
    ("terminal/a.py", '"""Note."""\nx = "TODO is a word in a text"\n'),
    ("terminal/a.py", '"""Read."""\nx = y()  # type: ignore[no-any-return]  # the library has no types for this\n'),
    ("terminal/store/directory.py", '"""Directory."""\nimport sqlite3\n'),
    ("terminal/a.py", '"""Try."""\ntry: x()\nexcept OSError: y()\n'),
    ("terminal/a.py", '"""Try."""\ntry: x()\nexcept Exception: y()  # noqa: BLE001 - it belongs to whoever asked\n'),
    ("terminal/a.py", '"""Undo."""\ntry: x()\nexcept BaseException:\n    undo()\n    raise\n'),
    ("terminal/a.py", '"""Data."""\nclass Point:\n    x: int\ndef double(x: int) -> int:\n    return 2 * x\n'),
    ("kiosk_ui/a.js", "/** A. */\n(() => {\n" + "  g();\n" * 60 + "})();\n"),
    ("kiosk_ui/a.js", "if (a) {\n" + "  g();\n" * 60 + "}\nconst url = 'http://x'; // a link\n"),
]


@pytest.mark.parametrize(("path", "text"), GOOD, ids=lambda value: value[:30])
def test_what_is_lawful_passes(path: str, text: str) -> None:
    source = Source(path, text)
    rules: Iterable[Rule] = ANY_FILE + PYTHON if source.is_python else ANY_FILE
    assert [finding for rule in rules for finding in rule(source)] == []


def test_limits_are_exact() -> None:
    assert too_long(Source("a.py", "x = 1\n" * 400)) == []
    assert too_long(Source("a.py", "def f():\n" + "    x = 1\n" * 49)) == []
    assert percentile([1, 2, 3, 4], 50) == 2
    assert over([1] * 90 + [36] * 10, FUNCTION_LIMITS) == {"p95": 36}
