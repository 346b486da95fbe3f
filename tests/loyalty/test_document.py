"""JSON from outside."""

from __future__ import annotations

import pytest

from loyalty import DocumentError, Fault
from loyalty.document import MAX_BYTES, did_you_mean, parse, shown
from loyalty.limits import Scope


def test_json_is_read_from_text_and_bytes() -> None:
    assert parse('{"a": [1, "金"]}') == parse('{"a": [1, "金"]}'.encode()) == {"a": [1, "金"]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": [1,', r"\$ is not JSON \(.*\): it is cut off or damaged"),
        (b"\xff\xfe\xfa garbage", r"\$ is not JSON"),
        ("", r"\$ is not JSON"),
        ("9" * 5000, r"\$ is not JSON"),
        ("[" * 100_000, r"\$ (is nested too deeply|is not JSON)"),
        (" " * (MAX_BYTES + 1), r"\$ has \d+ bytes: at most \d+ are allowed"),
        ('{"price": 1, "price": 2}', "'price' is there twice in one object: keep one of them"),
    ],
)
def test_what_is_not_json_is_said_in_one_sentence(text: str | bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message) as caught:
        parse(text)
    assert len(caught.value.faults) == 1
    assert "\n" not in str(caught.value)


def test_a_value_in_a_message_is_short_and_printable() -> None:
    assert shown("\ud800\n") == r"'\ud800\n'"
    assert len(shown("x" * 10_000)) < 80
    assert len(shown([[[[list(range(100))]]]] * 100)) < 400
    assert shown(10**6000) == "a number of 19932 bits"


def test_the_way_out_is_the_nearest_name_or_all() -> None:
    assert did_you_mean("treshold", ["threshold", "save"]) == "did you mean 'threshold'?"
    assert did_you_mean("zzz", ["b", "a"]) == "use one of a, b"
    assert did_you_mean("zzz", []) == "use one of none"
    assert did_you_mean("orders", Scope) == "did you mean 'order'?"


def test_an_error_says_all_its_faults() -> None:
    error = DocumentError([Fault("a", "is 1", "use 2"), Fault("b", "is missing", "add it")])
    assert str(error) == "a is 1: use 2\nb is missing: add it"
