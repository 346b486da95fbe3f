"""The committed schema is current, takes what the reader takes, and refuses nothing that the reader would take."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty import ProgrammeError, read_programme
from loyalty.schema import programme_schema, schema_text
from tests.loyalty.material import document

DOCS = Path(__file__).parents[2] / "docs"
WHOLE = json.loads((DOCS / "examples" / "programme.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(programme_schema())
JUNK = (
    None,
    True,
    -1,
    0,
    1,
    3,
    10**13,
    1.5,
    "",
    "x",
    "a b",
    "2026-02-30",
    [],
    {},
    [1, 2],
    [9, 8],
    ["x"],
    [{}],
    {"x": 1},
)
Place = tuple[Any, Any]  # an object or a list, and a key or an index in it


def places(value: Any) -> Iterator[Place]:
    """Everywhere in a document."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield value, key
        yield from places(inner)


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """The whole example with one to three changes, most of them wrong."""
    value = deepcopy(WHOLE)
    for _ in range(draw(st.integers(1, 3))):
        everywhere = list(places(value))
        holder, key = everywhere[draw(st.integers(0, len(everywhere) - 1))]
        other, place = everywhere[draw(st.integers(0, len(everywhere) - 1))]
        change = draw(st.sampled_from(["junk", "junk", "without", "more", "moved"]))
        if change == "junk":
            holder[key] = deepcopy(draw(st.sampled_from(JUNK)))
        elif change == "without":
            del holder[key]
        elif change == "more" and isinstance(holder, dict):
            holder[draw(st.sampled_from(["surprise", "kind", "threshold", "tiers", "percent"]))] = 1
        else:
            holder[key] = deepcopy(other[place])
    return value


def is_read(value: object) -> bool:
    try:
        read_programme(value)
    except ProgrammeError:
        return False
    return True


def test_the_schema_is_a_schema() -> None:
    VALIDATOR.check_schema(programme_schema())


def test_the_committed_schema_is_current() -> None:
    text = (DOCS / "reference" / "programme.schema.json").read_text("utf-8")
    assert text == schema_text(), "run `stillpoint programme schema`"


def test_the_whole_example_and_a_bare_document_are_taken() -> None:
    VALIDATOR.validate(WHOLE)
    VALIDATOR.validate(document())


@given(damaged())
@settings(derandomize=True, max_examples=200, deadline=None)
def test_what_the_schema_refuses_the_reader_refuses(value: Any) -> None:
    assert VALIDATOR.is_valid(value) or not is_read(value)


def test_an_object_where_none_belongs_is_seen_by_both() -> None:
    count = len(list(places(WHOLE)))
    for number in range(0, count, count // 50):
        value = deepcopy(WHOLE)
        holder, key = list(places(value))[number]
        holder[key] = {"x": 1}
        assert not VALIDATOR.is_valid(value)
        assert not is_read(value)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("surprise",), 1),
        (("version",), "3"),
        (("version",), 0),
        (("currency",), "RMB"),
        (("format",), 3),
        (("tiers",), []),
        (("tiers", 0, "percent_off"), [1]),
        (("tax", "mode"), "on_top"),
        (("tax", "rates", 0, "rate"), 0.13),
        (("offers", 0, "kind"), "raffle"),
        (("offers", 0, "prices"), {"69": 1}),
        (("offers", 0, "prices"), {}),
        (("offers", 0, "treshold"), 1),
        (("offers", 0, "name"), {"en": ""}),
        (("offers", 0, "weekdays"), [0]),
        (("offers", 0, "hours"), [["17:00"]]),
        (("coupons", 0, "issue"), {"by": "points"}),
        (("coupons", 0, "issue"), {"by": "points", "threshold": 1}),
        (("tier_policy", "first_month"), 4),
    ],
)
def test_what_is_plainly_wrong_is_refused_by_both(path: tuple[str | int, ...], value: object) -> None:
    changed = deepcopy(WHOLE)
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    assert not VALIDATOR.is_valid(changed)
    assert not is_read(changed)


def test_what_compares_values_only_the_reader_refuses() -> None:
    changed = {**WHOLE, "tiers": [WHOLE["tiers"][0]] * 2}
    assert VALIDATOR.is_valid(changed)
    assert not is_read(changed)
