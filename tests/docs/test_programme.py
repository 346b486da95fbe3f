"""docs/programme.md names every key of the document and no other, and its examples are one valid programme."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from loyalty import ProgrammeError, read_programme
from loyalty.offers import KINDS
from loyalty.schema import programme_schema
from tests.docs.programme_page import DOCS, PAGE, documented, examples, sections, text_of, together

SCHEMA = programme_schema()
SECTIONS = sections(PAGE)
OFFERS = {row["properties"]["kind"]["const"]: row for row in SCHEMA["properties"]["offers"]["items"]["oneOf"]}
COMMON = documented(SECTIONS["Offers"]) | documented(SECTIONS["Conditions"]) | documented(SECTIONS["Goods"])


def keys(schema: Any) -> set[str]:
    """Every key that a schema knows, at any depth and behind its references within the document."""
    if isinstance(schema, list):
        return {key for item in schema for key in keys(item)}
    if not isinstance(schema, dict):
        return set()
    own = schema.get("properties", {})
    inner = [*own.values(), *(value for name, value in schema.items() if name not in ("properties", "$defs"))]
    name = schema.get("$ref", "").removeprefix("#/$defs/")
    return set(own) | {key for value in inner for key in keys(value)} | (keys(SCHEMA["$defs"][name]) if name else set())


def test_every_key_is_documented_and_no_other() -> None:
    assert documented(PAGE) == keys(SCHEMA)


def test_a_key_that_is_left_out_would_be_found() -> None:
    assert keys(SCHEMA) - documented(PAGE.replace("| `grace_days` |", "| |")) == {"grace_days"}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_has_a_section_with_its_own_keys_and_an_example(kind: str) -> None:
    own = documented(SECTIONS[kind])
    assert set(OFFERS[kind]["properties"]) - COMMON <= own <= keys(OFFERS[kind])
    shown = [offer["kind"] for example in examples(SECTIONS[kind]) for offer in example["offers"]]
    assert set(shown) == {kind}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_has_a_file_of_its_own(kind: str) -> None:
    assert KINDS[kind].__module__ == f"loyalty.offers.{kind}"


@pytest.mark.parametrize("key", sorted(set(SCHEMA["properties"]) - {"format"}))
def test_every_key_of_the_document_has_an_example(key: str) -> None:
    assert key in together(examples(PAGE))


def test_the_examples_together_are_a_programme() -> None:
    whole = together(examples(PAGE))
    programme = read_programme(whole)
    assert {offer.kind for offer in programme.offers} == set(KINDS)
    jsonschema.Draft202012Validator(SCHEMA).validate(whole)


def test_the_examples_are_committed_as_one_file() -> None:
    text = (DOCS / "examples" / "programme.json").read_text("utf-8")
    assert text == text_of(together(examples(PAGE))), "run `python -m tests.docs.programme_page`"


def test_a_wrong_example_would_be_found() -> None:
    page = PAGE.replace('"nth": 2', '"nth": 0')
    with pytest.raises(ProgrammeError, match="nth is 0: use a whole number from 1 to 999"):
        read_programme(together(examples(page)))


def test_the_walk_shows_the_code_as_it_is() -> None:
    source = (DOCS.parent / "loyalty" / "offers" / "nth_unit.py").read_text("utf-8")
    walk = SECTIONS["Adding a kind of offer"]
    shown = walk.split("```python\n")[1].split("```")[0]
    lines = [line.removeprefix("   ").rstrip() for line in shown.splitlines()]
    assert [line for line in lines if line and line not in source.splitlines()] == []


def programmes() -> list[Path]:
    return sorted(path for path in (*(DOCS / "examples").rglob("*.json"), DOCS.parent / "samples/chain/programme.json"))


@pytest.mark.parametrize("path", programmes(), ids=lambda path: path.stem)
def test_the_schema_takes_every_programme_that_is_shown(path: Path) -> None:
    document = json.loads(path.read_text("utf-8"))
    document = document.get("programme", document)
    if "valid_until" in document:
        jsonschema.Draft202012Validator(SCHEMA).validate(document)
        read_programme(document)
