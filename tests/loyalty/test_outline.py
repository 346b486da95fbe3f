"""The outline of a document: every question of a reader is noted, with what is needed and what may be left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from loyalty.outline import Outline, outline
from loyalty.schema import drawn
from loyalty.section import Section

Read = Callable[[Section], Any]
SHAPE = re.compile(r"[0-9]+")


def accepts(read: Read, value: object) -> bool:
    """Whether the schema drawn from `read` takes the value. Never does it refuse what the reader takes."""
    schema = drawn(read)
    jsonschema.Draft202012Validator.check_schema(schema)
    taken = jsonschema.Draft202012Validator(schema).is_valid(value)
    section = Section(value, "$", [])
    read(section)
    section.close()
    assert taken or section.faults, "the schema refuses what the reader takes"
    return taken


def public(kind: type) -> set[str]:
    return {name for name in vars(kind) if not name.startswith("_")}


def test_every_method_of_a_section_has_its_counterpart() -> None:
    assert public(Section) == public(Outline)


def test_an_outline_finds_no_faults() -> None:
    seen: list[Section] = []

    def read(section: Section) -> None:
        section.integer("a", 1)
        section.fault("a", "use another")
        section.close()
        seen.append(section)

    outline(read)
    assert [section.faults for section in seen] == [[]]


@pytest.mark.parametrize(
    ("question", "good", "bad"),
    [
        (lambda s: s.integer("k", 2, 9), [2, 9], [1, 10, "2", 2.5, True, None]),
        (lambda s: s.flag("k"), [True, False], [0, "true", None]),
        (lambda s: s.text("k", SHAPE, "use digits"), ["12"], ["", "x", "x1", "1x", 12]),
        (lambda s: s.identifier("k"), ["a.b"], ["", "a b", "x" * 65]),
        (lambda s: s.choice("k", ["a", "b"]), ["a", "b"], ["c", "", 1]),
        (lambda s: s.choices("k", ["a", "b"]), [[], ["b", "a"]], [["c"], ["a", "a"], "a", [1]]),
        (lambda s: s.choice("k", [""]), [""], ["a b", 1]),
        (
            lambda s: s.fraction("k", 1),
            [[0, 5], [3, 25]],
            [[1], [1, 2, 3], [1, 0], [-1, 2], [0.5, 1], "1/2", [10**13, 1]],
        ),
        (lambda s: s.day("k"), ["2026-12-31"], ["2026-12-3", "tomorrow", 5]),
        (lambda s: s.zone("k"), ["UTC"], [5, []]),
        (lambda s: s.names("k"), [{"en": "x"}], [{}, {"en": ""}, {"en": 5}, {"EN": "x"}, {"en": "x" * 201}, "x"]),
        (lambda s: s.identifiers("k"), [[], ["a", "b"]], ["a", ["a b"], [5]]),
        (lambda s: s.texts("k", SHAPE, "digits"), [[], ["12"]], ["12", ["x"]]),
        (lambda s: s.integers("k", 1, 7), [[], [1, 7]], [1, [0], [8], ["1"]]),
        (lambda s: s.days("k"), [[], ["2026-12-31"]], ["2026-12-31", ["tomorrow"]]),
        (
            lambda s: s.hours("k"),
            [[], [["17:00", "24:00"]]],
            [[["17:00"]], [["17:00", "1", "2"]], [["5", "6"]], ["17:00"]],
        ),
        (lambda s: s.keyed_integers("k", SHAPE, "digits"), [{"5": 0}], [{}, {"x": 1}, {"5": -1}, {"5": "x"}, []]),
        (lambda s: s.section("k").integer("a", 0), [{"a": 1}], [{}, {"a": -1}, [], None]),
        (
            lambda s: [each.integer("a", 0) for each in s.sections("k", 1, 2)],
            [[{"a": 1}]],
            [[], [{"a": 1}] * 3, [{}], {}],
        ),
    ],
)
def test_each_question_draws_its_values(question: Read, good: list[Any], bad: list[Any]) -> None:
    for value in good:
        if value != "":  # what the reader takes only by name, the outline cannot know
            assert accepts(question, {"k": value}), value
    for value in bad:
        assert not accepts(question, {"k": value}), value


def test_what_is_asked_for_plainly_is_needed_and_what_has_been_asked_may_be_null() -> None:
    def read(section: Section) -> None:
        section.integer("a", 0)
        section.integer("b", 0) if section.has("b") else None
        section.section("c").integer("d", 0) if section.has("c") else None

    assert accepts(read, {"a": 1})
    assert accepts(read, {"a": 1, "b": None, "c": None})
    assert accepts(read, {"a": 1, "c": {"d": 1}})
    assert not accepts(read, {"b": 1})
    assert not accepts(read, {"a": None})
    assert not accepts(read, {"a": 1, "c": {}})
    assert not accepts(read, {"a": 1, "e": 1})


def test_what_is_needed_instead_of_another_key_is_found() -> None:
    def read(section: Section) -> None:
        if section.has("steps"):
            section.integer("steps", 0)
        elif section.has("table"):
            section.integer("table", 0)
        else:
            section.integer("one", 0)
            section.integer("two", 0)

    assert accepts(read, {"steps": 1})
    assert accepts(read, {"table": 1})
    assert accepts(read, {"one": 1, "two": 1})
    assert not accepts(read, {"one": 1})
    assert not accepts(read, {})


def test_what_is_needed_only_beside_another_key_is_not_asked_of_all() -> None:
    def read(section: Section) -> None:
        if not section.has("a") and section.has("b"):
            section.integer("c", 0)

    assert accepts(read, {})
    assert accepts(read, {"a": 1})
    assert accepts(read, {"b": 1, "c": 1})


def test_a_bound_that_depends_on_another_value_is_the_widest() -> None:
    def read(section: Section) -> None:
        most = section.integer("most", 1, 50) if section.has("most") else 90
        section.integer("days", 0, most)

    assert accepts(read, {"days": 90})
    assert accepts(read, {"days": 1, "most": 1})
    assert not accepts(read, {"days": 91})


def test_a_key_with_two_meanings_takes_both() -> None:
    def read(section: Section) -> None:
        if section.has("free"):
            section.flag("free")
            section.integer("pay", 0, 5)
        else:
            section.flag("pay")

    assert accepts(read, {"free": True, "pay": 3})
    assert accepts(read, {"pay": True})
    assert not accepts(read, {"pay": "x"})


VARIANTS: dict[str, Read] = {
    "one": lambda s: (s.integer("a", 0), s.identifier("long") if s.has("long") else None),
    "two": lambda s: (s.flag("a"), s.identifier("long") if s.has("long") else None, s.has("b") or s.integer("c", 0)),
}


def shelf(section: Section) -> None:
    for entry in section.sections("shelf", 0, 9):
        entry.identifier("id")
        entry.variants("kind", VARIANTS)
        entry.close()


@pytest.mark.parametrize(
    ("entry", "taken"),
    [
        ({"kind": "one", "id": "x", "a": 1}, True),
        ({"kind": "two", "id": "x", "a": True, "c": 1}, True),
        ({"kind": "two", "id": "x", "a": True, "b": 1}, True),
        ({"kind": "one", "id": "x", "a": 1, "long": "y"}, True),
        ({"kind": "two", "id": "x", "a": True}, False),
        ({"kind": "one", "id": "x", "a": True}, False),
        ({"kind": "two", "id": "x", "a": 1, "b": 1}, False),
        ({"kind": "one", "a": 1}, False),
        ({"kind": "one", "id": "x", "a": 1, "c": 1}, False),
        ({"kind": "three", "id": "x"}, False),
        ({"id": "x"}, False),
    ],
)
def test_a_variant_has_the_keys_of_its_row_and_of_all(entry: dict[str, Any], taken: bool) -> None:
    assert accepts(shelf, {"shelf": [entry]}) is taken


def test_a_variant_may_be_left_out_where_the_reader_has_a_usual_one() -> None:
    def read(section: Section) -> None:
        section.identifier("id")
        section.variants("kind", VARIANTS) if section.has("kind") else section.integer("a", 7, 9)

    assert accepts(read, {"id": "x", "a": 7})
    assert accepts(read, {"id": "x", "a": 7, "kind": None})
    assert accepts(read, {"id": "x", "a": 1, "kind": "one"})
    assert not accepts(read, {"id": "x", "a": 1})
    assert not accepts(read, {"id": "x"})
    assert not accepts(read, {"id": "x", "kind": "one"})
    assert not accepts(read, {"id": "x", "a": 1, "kind": "none"})


def test_what_variants_have_alike_is_drawn_once() -> None:
    schema = drawn(shelf)
    rows = schema["properties"]["shelf"]["items"]["oneOf"]
    assert [row["properties"]["long"] for row in rows] == [{"$ref": "#/$defs/variant.long"}] * 2
    assert "variant.a" not in schema["$defs"]
