"""Calls and imports that the house does without, each with what to use in its place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.tidy.sources import Finding, Source

CLOCK = "take `utc_ms` or a clock by the door; only composition roots read the machine's"
CHANCE = "take ids and chance by the door; only composition roots draw them"
_ROOTS = r"(^|/)(main|cli[^/]*|__main__)\.py$|^terminal/(commands|bench|clock_keeper)\b|^hq/commands/|^(hil_)?tests/"
_COMMANDS = r"(^|/)cli[^/]*\.py$|^terminal/(commands|bench)/|^hq/commands/"


@dataclass(frozen=True)
class Ban:
    """`name` matches a dotted name in full; the ban holds in paths that match `where` and not `but`."""

    name: str
    instead: str
    where: str = ""
    but: str = r"$^"

    def holds_in(self, path: str) -> bool:
        return bool(re.search(self.where, path)) and not re.search(self.but, path)


BANNED_CALLS = (
    Ban(r"print", "use click.echo in a command, a logger elsewhere", but=_COMMANDS),
    Ban(r"time\.sleep", "wait on an event, a socket or a condition with a time limit"),
    Ban(r"(datetime\.)?(datetime\.(now|utcnow|today)|date\.today)", CLOCK, but=_ROOTS),
    Ban(r"time\.(time|time_ns)", CLOCK, but=_ROOTS),
    Ban(r"random\.(?!Random$)\w+|(uuid\.)?uuid[14]|secrets\.\w+|os\.urandom", CHANCE, but=_ROOTS),
    Ban(r"float", "use int, or fractions.Fraction for a rate", where=r"^loyalty/"),
    Ban(r"monkeypatch\.setattr\(time\)", "give the code under test another clock", where=r"^tests/"),
)
BANNED_IMPORTS = (
    Ban(r"(unittest\.mock|mock|pytest_mock)(\..*)?", "use the virtual twin or the real thing in process"),
    Ban(r"(requests|httpx|aiohttp)(\..*)?", "use urllib3, which the sync agent already pins"),
    Ban(
        r"sqlite3(\..*)?", "the ledger goes through apsw alone", where=r"^terminal/store/(ledger|outbox|schema)\w*\.py$"
    ),
    Ban(r"(sqlite3|sqlite_utils|apsw|pydantic|fastapi)(\..*)?", "the core is pure", where=r"^loyalty/"),
)


def banned_calls(source: Source) -> list[Finding]:
    """Calls in `source` that are banned in its path. Aliased imports are seen through."""
    names = _imported_names(source)
    bans = [ban for ban in BANNED_CALLS if ban.holds_in(source.path)]
    return [
        Finding(source.path, line, f"{name}: {ban.instead}")
        for line, name in _called(source, names)
        for ban in bans
        if re.fullmatch(ban.name, name)
    ]


def banned_imports(source: Source) -> list[Finding]:
    """Imports in `source` that are banned in its path."""
    bans = [ban for ban in BANNED_IMPORTS if ban.holds_in(source.path)]
    return [
        Finding(source.path, line, f"import {name}: {ban.instead}")
        for line, name in _imports(source)
        for ban in bans
        if re.fullmatch(ban.name, name)
    ]


def broad_excepts(source: Source) -> list[Finding]:
    """`except Exception`, `except BaseException` and a bare `except` that hide what they caught.

    One that ends by raising it again is lawful, and so is one that answers BLE001 on its line.
    """
    what = "a broad except hides bugs: name the family of errors that the world can cause"
    lines = source.text.splitlines()
    return [
        Finding(source.path, node.lineno, what)
        for node in source.nodes
        if isinstance(node, ast.ExceptHandler)
        and _is_broad(node.type)
        and not (isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None)
        and "BLE001" not in lines[node.lineno - 1]
    ]


def float_literals(source: Source) -> list[Finding]:
    """Numbers with a decimal point in the core."""
    if not source.path.startswith("loyalty/"):
        return []
    return [
        Finding(source.path, node.lineno, f"{node.value}: money and points are integers, rates are Fractions")
        for node in source.nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]


def _is_broad(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(_is_broad(item) for item in caught.elts)
    return caught is None or (isinstance(caught, ast.Name) and caught.id in {"Exception", "BaseException"})


def _imports(source: Source) -> Iterator[tuple[int, str]]:
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _imported_names(source: Source) -> dict[str, str]:
    """What each imported name really is: `from time import sleep as nap` gives nap → time.sleep."""
    names = {}
    for node in source.nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                names[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    return names


def _called(source: Source, names: dict[str, str]) -> Iterator[tuple[int, str]]:
    """Line and full name of each call: imported names as they really are, built-ins bare, others in `<>`."""
    for node in source.nodes:
        if not isinstance(node, ast.Call):
            continue
        name = _dotted(node.func, names)
        if isinstance(node.func, ast.Name):
            name = name.strip("<>")
        yield node.lineno, name
        if name == "<monkeypatch>.setattr" and node.args and _names_time(node.args[0], names):
            yield node.lineno, "monkeypatch.setattr(time)"


def _names_time(target: ast.expr, names: dict[str, str]) -> bool:
    text = target.value if isinstance(target, ast.Constant) else _dotted(target, names)
    return bool(re.search(r"(^|\.)(time|datetime)(\.|$)", str(text)))


def _dotted(node: ast.expr, names: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return names.get(node.id, f"<{node.id}>")
    return f"{_dotted(node.value, names)}.{node.attr}" if isinstance(node, ast.Attribute) else ""
