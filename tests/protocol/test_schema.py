"""The exported schema is current, complete, and agrees with what the classes take; the reference page names all."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from pydantic import BaseModel

import protocol
from hq.problems import Code
from hq.reasons import Reason
from protocol.batch import Outcome
from protocol.operation import Message
from protocol.schema import MESSAGES, PATH, schema_text
from protocol.signing import Signed
from tests.protocol.examples import FOLDER, model_of

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "messages.md"
Schema = dict[str, Any]


def message_classes() -> Iterator[type[BaseModel]]:
    for module in pkgutil.iter_modules(protocol.__path__):
        name = f"protocol.{module.name}"
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, type) and issubclass(value, BaseModel) and value.__module__ == name:
                yield value


def test_the_committed_file_is_current() -> None:
    assert (ROOT / PATH).read_text("utf-8") == schema_text(), "run `python -m protocol.schema`"


def test_every_message_is_exported() -> None:
    assert set(message_classes()) - {Message} == set(MESSAGES)
    assert Signed in MESSAGES


@pytest.fixture(scope="module")
def schema() -> Schema:
    """The exported schema, found to be one: once, for it is long."""
    exported: Schema = json.loads(schema_text())
    Draft202012Validator.check_schema(exported)
    return exported


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.json")))
def test_golden_messages_agree_with_the_schema(schema: Schema, name: str) -> None:
    one = Draft202012Validator({"$ref": f"#/$defs/{model_of(name).__name__}", "$defs": schema["$defs"]})
    document = json.loads((FOLDER / name).read_bytes())
    one.validate(document)
    first = next(iter(document))
    wrong: object = {} if isinstance(document[first], list) else []
    with pytest.raises(ValidationError):
        one.validate({**document, first: wrong})


def unnamed(page: str, names: set[str]) -> set[str]:
    return {name for name in names if f"`{name}`" not in page}


def test_the_page_names_every_message_field_outcome_and_code() -> None:
    page = PAGE.read_text("utf-8")
    assert unnamed(page, {message.__name__ for message in MESSAGES}) == set()
    assert unnamed(page, {field for message in MESSAGES for field in message.model_fields}) == set()
    assert unnamed(page, {outcome.value for outcome in Outcome}) == set()
    assert unnamed(page, {reason.value for reason in Reason}) == set()
    assert unnamed(page, {code.name.lower() for code in Code}) == set()


def test_a_name_that_is_missing_is_found() -> None:
    assert unnamed("the `gap` alone", {"gap", "claim_used"}) == {"claim_used"}
