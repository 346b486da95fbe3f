"""Applications and files of DESFire are made to the letter, and lists are bounded."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cards.access import AccessRights
from cards.channel import CommMode, InTheClear
from cards.desfire import (
    APPLICATIONS_MAX,
    PICC,
    aid,
    application_ids,
    create_application,
    create_standard_file,
    delete_application,
    delete_file,
    file_numbers,
    select_application,
)
from cards.dialogue import Dialogue, converse
from cards.errors import BadAnswer, CardRefused
from tests.cards.known import Scripted, always

PLAIN = CommMode.PLAIN
CLEAR = InTheClear()
AID = aid(0xF53042)
WITHOUT_ANSWER: list[tuple[Callable[[], Dialogue[None]], str]] = [
    (lambda: select_application(AID), "905A0000034230F500"),
    (lambda: select_application(PICC), "905A00000300000000"),
    (lambda: create_application(CLEAR, AID, 5, PLAIN), "90CA0000054230F50B8500"),
    (
        lambda: create_standard_file(CLEAR, 1, CommMode.FULL, AccessRights(1, 0, 2, 3), 128, PLAIN),
        "90CD0000070103231080000000",
    ),
    (lambda: delete_application(CLEAR, AID, PLAIN), "90DA0000034230F500"),
    (lambda: delete_file(CLEAR, 1, PLAIN), "90DF0000010100"),
]


@pytest.mark.parametrize(("dialogue", "command"), WITHOUT_ANSWER)
def test_commands_are_built_to_the_letter(dialogue: Callable[[], Dialogue[None]], command: str) -> None:
    card = Scripted("9100")
    converse(dialogue(), card)
    assert card.heard == [command]
    with pytest.raises(BadAnswer):
        converse(dialogue(), Scripted("019100"))
    with pytest.raises(CardRefused):
        converse(dialogue(), Scripted("919D"))


def test_lists_are_read_and_bounded() -> None:
    card = Scripted("4230F5" + "010203" + "9100", "0102" + "9100")
    assert converse(application_ids(CLEAR, PLAIN), card) == [AID, b"\1\2\3"]
    assert converse(file_numbers(CLEAR, PLAIN), card) == [1, 2]
    for answer in ("0102" + "9100", "00" * 3 * (APPLICATIONS_MAX + 1) + "9100"):
        with pytest.raises(BadAnswer):
            converse(application_ids(CLEAR, PLAIN), always(answer))
    with pytest.raises(BadAnswer):
        converse(file_numbers(CLEAR, PLAIN), always("00" * 33 + "9100"))


@pytest.mark.parametrize("keys", [0, 15])
def test_an_application_has_one_to_fourteen_keys(keys: int) -> None:
    with pytest.raises(ValueError, match=f"not {keys}"):
        converse(create_application(CLEAR, AID, keys, PLAIN), Scripted())
