"""The format of a file of known answers: a list of entries, each with inputs and the facts that must come of them.

JSON: `schema` 1, `count` (if given, of the entries), `vectors`: a list of objects with `id`, `category`, `input`,
`expected`, `verified` (false: nobody has confirmed the answer). Bytes are hex in either case. Other keys are notes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from terminal.errors import TerminalError

SCHEMA = 1
FILE_BYTES_MAX = 32 * 1024 * 1024


class KnownAnswersError(TerminalError):
    """A file of known answers cannot be used; the text names the file, the place and what should be there."""


@dataclass(frozen=True)
class Entry:
    """One known answer. `verified` is False where nobody has confirmed it."""

    id: str
    category: str
    given: Mapping[str, Any]
    expected: Mapping[str, Any]
    verified: bool


def read_entries(path: Path) -> list[Entry]:
    """All entries of a file. Raises KnownAnswersError for a file of another format."""
    try:
        with path.open("rb") as file:
            data = file.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise KnownAnswersError(f"{path}: cannot be read ({error.strerror}): check the name") from error
    try:
        return _entries(data)
    except (ValueError, RecursionError) as error:
        raise KnownAnswersError(f"{path}: {error}") from error


def read_all(paths: Sequence[Path]) -> list[Entry]:
    """All entries of these files, those of one id in several of them by `FILE:id`. Raises KnownAnswersError."""
    files = [(path, read_entries(path)) for path in paths]
    shared = set(more_than_once(entry.id for _, entries in files for entry in entries))
    told = [
        replace(entry, id=f"{path}:{entry.id}") if entry.id in shared else entry
        for path, entries in files
        for entry in entries
    ]
    if twice := more_than_once(entry.id for entry in told):
        raise KnownAnswersError(f"{twice[0]!r} stands more than once: name each file once")
    return told


def more_than_once(ids: Iterable[str]) -> list[str]:
    return sorted(id for id, count in Counter(ids).items() if count > 1)


def _entries(data: bytes) -> list[Entry]:
    if len(data) > FILE_BYTES_MAX:
        raise ValueError(f"more than {FILE_BYTES_MAX} bytes: split the file")
    document = json.loads(data)
    if not isinstance(document, dict) or not isinstance(document.get("vectors"), list):
        raise ValueError("not an object with a list named 'vectors'")
    if document.get("schema", SCHEMA) != SCHEMA:
        raise ValueError(f"schema {document['schema']!r} is not known here, only {SCHEMA}")
    entries = [_entry(number, item) for number, item in enumerate(document["vectors"], 1)]
    if document.get("count", len(entries)) != len(entries):
        raise ValueError(f"count says {document['count']!r} and there are {len(entries)} entries")
    if not entries:
        raise ValueError("the list 'vectors' is empty: there is nothing to compute")
    if twice := more_than_once(entry.id for entry in entries):
        raise ValueError(f"id {twice[0]!r} stands more than once")
    return entries


def _entry(number: int, item: object) -> Entry:
    wanted = {"id": str, "category": str, "input": dict, "expected": dict}
    for name, kind in wanted.items():
        if not isinstance(item, dict) or not isinstance(item.get(name), kind):
            raise ValueError(f"entry {number} has no {name!r} that is {_NAMES[kind]}")
    assert isinstance(item, dict)
    verified = item.get("verified", True)
    if not isinstance(verified, bool) or not item["id"] or not item["expected"]:
        raise ValueError(f"entry {number}: 'verified' is true or false, and neither 'id' nor 'expected' is empty")
    if not item["id"].isprintable():
        raise ValueError(f"entry {number}: id {item['id']!r} has characters in it that cannot be printed")
    return Entry(item["id"], item["category"], item["input"], item["expected"], verified)


_NAMES = {str: "a text", dict: "an object"}
