"""Files of known answers are read whole or refused with the place that is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from terminal.bench.known_answers.entries import Entry, KnownAnswersError, read_entries

ENTRY: dict[str, Any] = {"id": "a", "category": "c", "input": {}, "expected": {"x": 1}, "verified": False}


def read(tmp_path: Path, text: str) -> list[Entry]:
    path = tmp_path / "known.json"
    path.write_text(text, "utf-8")
    return read_entries(path)


def test_an_entry_is_read(tmp_path: Path) -> None:
    without = {name: value for name, value in ENTRY.items() if name != "verified"} | {"id": "b", "notes": "kept out"}
    entries = read(tmp_path, json.dumps({"schema": 1, "count": 2, "vectors": [ENTRY, without]}))
    assert entries == [Entry("a", "c", {}, {"x": 1}, False), Entry("b", "c", {}, {"x": 1}, True)]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "vectors"),
        ({}, "vectors"),
        ({"vectors": {}}, "vectors"),
        ({"schema": 2, "vectors": []}, "schema 2"),
        ({"count": 2, "vectors": [ENTRY]}, "count says 2"),
        ({"vectors": [5]}, "entry 1 has no 'id'"),
        ({"vectors": [ENTRY, {**ENTRY, "id": 5}]}, "entry 2 has no 'id' that is a text"),
        ({"vectors": [{**ENTRY, "input": []}]}, "entry 1 has no 'input' that is an object"),
        ({"vectors": [{"id": "a"}]}, "category"),
        ({"vectors": [{**ENTRY, "verified": "yes"}]}, "'verified' is true or false"),
        ({"vectors": [{**ENTRY, "expected": {}}]}, "empty"),
        ({"vectors": [ENTRY, ENTRY]}, "'a' stands more than once"),
    ],
)
def test_another_format_is_refused_with_its_place(tmp_path: Path, document: Any, said: str) -> None:
    with pytest.raises(KnownAnswersError, match=f"known.json: .*{said}"):
        read(tmp_path, json.dumps(document))


@pytest.mark.parametrize("text", ["", "{", "\ufeff{}", "[" * 100_000])
def test_what_is_no_json_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(KnownAnswersError, match=r"known\.json"):
        read(tmp_path, text)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    path.write_bytes(b"\xff\xfe\xfd")
    with pytest.raises(KnownAnswersError):
        read_entries(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnownAnswersError, match="cannot be read"):
        read_entries(tmp_path / "none.json")
    with pytest.raises(KnownAnswersError, match="cannot be read"):
        read_entries(tmp_path)
