"""The application of an NTAG 424 DNA is selected by its name."""

from __future__ import annotations

import pytest

from cards.dialogue import converse
from cards.errors import CardRefused
from cards.ntag424 import select_application
from tests.cards.known import Scripted


def test_the_application_is_selected() -> None:
    card = Scripted("9000")
    converse(select_application(), card)
    assert card.heard == ["00A4040C07D276000085010100"]


def test_another_card_refuses() -> None:
    with pytest.raises(CardRefused, match=r"NDEF application.*6A82"):
        converse(select_application(), Scripted("6A82"))
