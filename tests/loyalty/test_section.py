"""Reading one object: every question, its good answers and its faults."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from loyalty.section import Section, unique

Ask = Callable[[Section], Any]
SHAPE = re.compile(r"[0-9]+")


def ask(value: object, question: Ask) -> tuple[Any, list[str]]:
    """The answer to `question` about {"k": value}, and the faults."""
    section = Section({"k": value}, "$", [])
    return question(section), [str(fault) for fault in section.faults]


@pytest.mark.parametrize(
    ("value", "question", "answer"),
    [
        (5, lambda s: s.integer("k", 5, 5), 5),
        (False, lambda s: s.flag("k"), False),
        ("12", lambda s: s.text("k", SHAPE, "digits"), "12"),
        ("a.b:c_d-9", lambda s: s.identifier("k"), "a.b:c_d-9"),
        ("b", lambda s: s.choice("k", ["a", "b"]), "b"),
        (["b", "a"], lambda s: s.choices("k", ["a", "b", "c"]), ("b", "a")),
        ([12, 100], lambda s: s.fraction("k", 1), Fraction(3, 25)),
        ([3, 1], lambda s: s.fraction("k", 3), Fraction(3)),
        ("2028-02-29", lambda s: s.day("k"), date(2028, 2, 29)),
        ("Europe/Berlin", lambda s: s.zone("k"), "Europe/Berlin"),
        ({"zh-CN": "金卡", "en": "Gold"}, lambda s: s.names("k"), {"zh-CN": "金卡", "en": "Gold"}),
        (["a", "b", "a"], lambda s: s.identifiers("k"), frozenset({"a", "b"})),
        ([], lambda s: s.identifiers("k"), frozenset()),
        ({"1": 0, "22": 7}, lambda s: s.keyed_integers("k", SHAPE, "digits"), {"1": 0, "22": 7}),
        ({"a": 1}, lambda s: s.section("k").integer("a", 0), 1),
        ([{"a": 1}, {"a": 2}], lambda s: [each.integer("a", 0) for each in s.sections("k", 0, 2)], [1, 2]),
    ],
)
def test_a_good_value_is_given_back(value: object, question: Ask, answer: object) -> None:
    assert ask(value, question) == (answer, [])


@pytest.mark.parametrize(
    ("value", "question", "fault"),
    [
        (4, lambda s: s.integer("k", 5, 9), "k is 4: use a whole number from 5 to 9"),
        (10, lambda s: s.integer("k", 5, 9), "k is 10: use a whole number from 5 to 9"),
        (True, lambda s: s.integer("k", 0, 9), "k is True: use a whole number from 0 to 9"),
        (5.0, lambda s: s.integer("k", 0, 9), "k is 5.0: use a whole number from 0 to 9"),
        (None, lambda s: s.integer("k", 0, 9), "k is None: use a whole number from 0 to 9"),
        (1, lambda s: s.flag("k"), "k is 1: use true or false"),
        ("x", lambda s: s.text("k", SHAPE, "use digits"), "k is 'x': use digits"),
        ("12\n", lambda s: s.text("k", SHAPE, "use digits"), "k is '12\\n': use digits"),
        ("a b", lambda s: s.identifier("k"), "k is 'a b': use 1 to 64 letters, digits, dots, colons"),
        ("golt", lambda s: s.choice("k", ["gold", "silver"]), "k is 'golt': did you mean 'gold'?"),
        (7, lambda s: s.choice("k", ["gold", "silver"]), "k is 7: use one of gold, silver"),
        (["a", "c"], lambda s: s.choices("k", ["a", "b"]), "use a list of some of a, b, each at most once"),
        (["a", "a"], lambda s: s.choices("k", ["a", "b"]), "use a list of some of a, b, each at most once"),
        ("a", lambda s: s.choices("k", ["a", "b"]), "k is 'a': use a list of some of a, b"),
        ([1], lambda s: s.fraction("k", 1), "k is [1]: use [numerator, denominator], from 0 to 1"),
        ([1, 0], lambda s: s.fraction("k", 1), "k is [1, 0]: use [numerator"),
        ([-1, 2], lambda s: s.fraction("k", 1), "k is [-1, 2]: use [numerator"),
        ([3, 2], lambda s: s.fraction("k", 1), "k is [3, 2]: use [numerator"),
        ([True, 2], lambda s: s.fraction("k", 1), "k is [True, 2]: use [numerator"),
        ("0.12", lambda s: s.fraction("k", 1), "k is '0.12': use [numerator"),
        ("2026-02-29", lambda s: s.day("k"), "k is '2026-02-29': use a day of the calendar such as 2026-12-31"),
        ("20260228", lambda s: s.day("k"), "k is '20260228': use a day of the calendar"),
        ("Asia/Shanghia", lambda s: s.zone("k"), "k is 'Asia/Shanghia': use a time zone such as Asia/Shanghai"),
        ("../../etc/passwd", lambda s: s.zone("k"), "k is '../../etc/passwd': use a time zone"),
        ("Asia", lambda s: s.zone("k"), "k is 'Asia': use a time zone"),
        ("", lambda s: s.zone("k"), "k is '': use a time zone"),
        (8, lambda s: s.zone("k"), "k is 8: use a time zone"),
        ({}, lambda s: s.names("k"), "k is {}: use a short text for each language"),
        ({"en": ""}, lambda s: s.names("k"), "k is {'en': ''}: use a short text"),
        ({"en": "x" * 201}, lambda s: s.names("k"), "use a short text"),
        ({"en": "\ud800"}, lambda s: s.names("k"), "use a short text"),
        ({"en": 5}, lambda s: s.names("k"), "use a short text"),
        ({"no tag": "x"}, lambda s: s.names("k"), "use a short text"),
        ({5: "x"}, lambda s: s.names("k"), "use a short text"),
        (
            ["ok", "not ok"],
            lambda s: s.identifiers("k"),
            "k is ['ok', 'not ok']: use a list of ids such as [\"tobacco\"]",
        ),
        ("tobacco", lambda s: s.identifiers("k"), "k is 'tobacco': use a list of ids"),
        ({}, lambda s: s.keyed_integers("k", SHAPE, "use digits"), "k is {}: use an object of 1 to 20000 entries"),
        (5, lambda s: s.keyed_integers("k", SHAPE, "use digits"), "k is 5: use an object of 1 to 20000 entries"),
        ({"x": 1}, lambda s: s.keyed_integers("k", SHAPE, "use digits"), "k.x is not a valid key: use digits"),
        ({5: 1}, lambda s: s.keyed_integers("k", SHAPE, "use digits"), "k.[5] is not a valid key: use digits"),
        ({"5": -1}, lambda s: s.keyed_integers("k", SHAPE, "use digits"), "k.5 is -1: use a whole number from 0"),
        (5, lambda s: s.section("k"), "k is 5: it must be an object in braces"),
        ({}, lambda s: s.sections("k", 1, 2), "k is {}: use a list of 1 to 2 objects"),
        ([], lambda s: s.sections("k", 1, 2), "k is []: use a list of 1 to 2 objects"),
        ([7], lambda s: s.sections("k", 1, 2), "k[0] is 7: it must be an object in braces"),
    ],
)
def test_a_bad_value_is_a_fault_with_its_way_out(value: object, question: Ask, fault: str) -> None:
    _, faults = ask(value, question)
    assert len(faults) == 1
    assert fault in faults[0]


def test_a_variant_is_read_by_the_reader_that_is_named() -> None:
    table: dict[str, Ask] = {"sum": lambda s: s.integer("a", 0) + s.integer("b", 0), "one": lambda s: s.integer("a", 0)}
    section = Section({"kind": "sum", "a": 3, "b": 4}, "$", [])
    assert section.variants("kind", table) == 7
    section.close()
    assert section.faults == []


def test_a_variant_that_is_not_known_is_read_by_none() -> None:
    table: dict[str, Ask] = {"one": lambda s: s.integer("a", 0)}
    section = Section({"kind": "ona", "a": "x"}, "$", [])
    assert section.variants("kind", table) is None
    assert [str(fault) for fault in section.faults] == ["kind is 'ona': did you mean 'one'?"]


def test_what_is_missing_is_said_once() -> None:
    section = Section({}, "$", [])
    assert section.integer("a", 3) == 3
    inner = section.section("b")
    assert inner.integer("c", 1) == 1
    inner.close()
    assert [str(fault) for fault in section.faults] == [
        "a is missing: use a whole number from 3 to 1000000000000",
        "b is missing: add the object",
    ]


def test_an_object_of_another_kind_is_said_once() -> None:
    section = Section([], "offers[0]", [])
    section.integer("a", 3)
    section.close()
    assert [str(fault) for fault in section.faults] == ["offers[0] is []: it must be an object in braces"]


def test_null_counts_as_absent_and_is_a_known_key() -> None:
    section = Section({"a": None, "b": 0}, "$", [])
    assert (section.has("a"), section.has("b"), section.has("c")) == (False, True, False)
    section.close()
    assert section.faults == []


def test_a_key_nobody_asked_for_is_a_fault_with_the_nearest_name() -> None:
    section = Section({"treshold": 1, "two words": 2}, "offers[0]", [])
    section.has("threshold")
    section.close()
    assert [str(fault) for fault in section.faults] == [
        "offers[0].treshold is not a known key: did you mean 'threshold'?",
        "offers[0].['two words'] is not a known key: use one of threshold",
    ]


def test_a_value_used_twice_is_a_fault_of_the_later_one() -> None:
    sections = [Section({"id": "a"}, f"[{place}]", []) for place in range(3)]
    unique(sections, "id", ["a", "a", ""])
    assert [len(section.faults) for section in sections] == [0, 1, 0]
    assert str(sections[1].faults[0]) == "[1].id is 'a': it is already used above; choose another"
