"""The policy table as signed data: written and read again it is the same, and what must not be is not read."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from loyalty.assurance import USUAL, Action, Shown, judge
from protocol.assurance import AssuranceRule, AssuranceTable
from protocol.control import CONFIGURATION, Configuration
from protocol.signing import Signed, public_hex
from tests.protocol.control_examples import assurance_table
from tests.protocol.examples import HQ_KEY


def test_the_usual_table_survives_the_wire() -> None:
    signed = Signed.make(
        CONFIGURATION, Configuration(version=1, assurance=AssuranceTable.of(USUAL)).model_dump(mode="json"), HQ_KEY
    )
    read = Configuration.model_validate(signed.open(CONFIGURATION, public_hex(HQ_KEY)))
    assert read.assurance is not None
    assert read.assurance.table() == USUAL


def test_another_table_judges_otherwise() -> None:
    assert not judge(USUAL, Action.CHANGE_PIN, Shown("P0", pin=True, staff=True)).allowed
    assert judge(assurance_table().table(), Action.CHANGE_PIN, Shown("P0", pin=True, staff=True)).allowed


def test_an_action_of_a_later_release_is_left_out() -> None:
    later = AssuranceRule(action="open_locker", level="P3")
    assert AssuranceTable(rules=(later, *assurance_table().rules)).table() == assurance_table().table()


@pytest.mark.parametrize(
    "wrong",
    [
        {"action": "spend_value", "level": "P0"},
        {"action": "redeem", "level": "P2"},
        {"action": "redeem", "level": "P1", "most": -1},
        {"action": "redeem", "level": "P1", "pin": 1},
        {"action": "Redeem!", "level": "P1"},
        {"action": "redeem"},
    ],
)
def test_what_must_not_be_is_not_read(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        AssuranceTable.model_validate({"rules": [wrong]})


def test_a_table_is_bounded() -> None:
    with pytest.raises(ValidationError):
        AssuranceTable.model_validate({"rules": [{"action": "earn", "level": "P1"}] * 201})
