"""The page on stored value: its examples are run, and its tables hold."""

from __future__ import annotations

import doctest
import json
import re
from dataclasses import fields
from pathlib import Path

from loyalty.document import Fault
from loyalty.gift_card import GiftCards
from loyalty.section import Section
from loyalty.value import ValueLot
from loyalty.value_policy import StoredValue

PAGE = Path(__file__).parents[2] / "docs" / "stored-value.md"
TEXT = PAGE.read_text("utf-8")


def test_the_examples_give_what_the_page_says() -> None:
    """The examples of the page are one session."""
    session = "\n".join(re.findall(r"```pycon\n(.*?)```", TEXT, re.DOTALL))
    examples = doctest.DocTestParser().get_doctest(session, {}, PAGE.name, str(PAGE), 0)
    assert len(examples.examples) > 15
    assert doctest.DocTestRunner().run(examples).failed == 0


def policy() -> StoredValue:
    (written,) = re.findall(r'```json\n("stored_value".*?)```', TEXT, re.DOTALL)
    faults: list[Fault] = []
    read = StoredValue.read(Section(json.loads("{" + written + "}")["stored_value"], "$", faults))
    assert faults == []
    return read


MONEY = r"([\d,]+\.\d\d)"
TOP_UPS = re.findall(rf"^\| {MONEY} \| {MONEY} \| [^|]+ \|$", TEXT, re.MULTILINE)
SPENT = re.findall(rf"^\| {MONEY} \| {MONEY} \| {MONEY} \| {MONEY} \+ {MONEY} \|$", TEXT, re.MULTILINE)


def minor(*texts: str) -> list[int]:
    return [int(re.sub(r"\D", "", text)) for text in texts]


def test_each_top_up_of_the_table_has_its_bonus() -> None:
    assert len(TOP_UPS) == 5
    for row in TOP_UPS:
        amount, bonus = minor(*row)
        assert policy().bonus_for(amount) == bonus


def test_each_purchase_of_the_table_draws_its_parts() -> None:
    assert len(SPENT) == 5
    before = ValueLot("v1", 100_000, 20_000, 0, "2026-03-01")
    for row in SPENT:
        spent, principal, bonus, *drew = minor(*row)
        after = before.spend(spent - before.spent)
        assert [after.principal_spent, after.bonus_spent] == [principal, bonus]
        assert [principal - before.principal_spent, bonus - before.bonus_spent] == drew
        before = after


def test_every_key_is_on_the_page() -> None:
    named = set(re.findall(r"`(\w+)`", TEXT))
    for policy_of in (StoredValue, GiftCards):
        assert {field.name for field in fields(policy_of)} <= named
