"""Files of known answers are read whole or refused with the place that is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from terminal.bench.known_answers.entries import Entry, KnownAnswersError, more_than_once, read_all, read_entries

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
        ({"vectors": []}, "is empty: there is nothing to compute"),
        (
            {"vectors": [{**ENTRY, "id": "a\nfailed: 99"}]},
            "entry 1: id 'a.*' has characters in it that cannot be printed",
        ),
        ({"vectors": [{**ENTRY, "id": "\ud800"}]}, "entry 1: id .*cannot be printed"),
        ({"vectors": [{**ENTRY, "id": "\x1b[31ma"}]}, "entry 1: id .*cannot be printed"),
    ],
)
def test_another_format_is_refused_with_its_place(tmp_path: Path, document: Any, said: str) -> None:
    with pytest.raises(KnownAnswersError, match=f"known.json: .*{said}"):
        read(tmp_path, json.dumps(document))


def test_a_long_file_is_not_gone_through_for_each_entry(tmp_path: Path) -> None:
    """Ids that count how often they are compared: some ten times, not once for each other one."""
    compared = 0

    class Id(str):
        def __eq__(self, other: object) -> bool:
            nonlocal compared
            compared += 1
            return super().__eq__(other)

        __hash__ = str.__hash__

    ids = [Id(f"e{number}") for number in range(2_000)]
    assert more_than_once(ids) == []
    assert compared < 10 * len(ids)
    assert more_than_once([*ids, "e7", "e5"]) == ["e5", "e7"]


def test_an_id_in_two_files_is_told_by_its_file(tmp_path: Path) -> None:
    paths = [tmp_path / "a.json", tmp_path / "b.json"]
    for path, own in zip(paths, "xy", strict=True):
        path.write_text(json.dumps({"vectors": [ENTRY, {**ENTRY, "id": own}]}), "utf-8")
    assert [entry.id for entry in read_all(paths)] == [f"{paths[0]}:a", "x", f"{paths[1]}:a", "y"]
    with pytest.raises(KnownAnswersError, match="name each file once"):
        read_all([paths[0], paths[0]])


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
