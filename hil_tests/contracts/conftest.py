"""What the beds of one test process share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

SUITES = (
    "driver",
    "card_reader",
    "card_talk",
    "scanner",
    "keypad",
    "light",
    "drawer",
    "buzzer",
    "button",
    "printer",
    "recorder",
)
pytest.register_assert_rewrite(*(f"tests.contracts.{name}" for name in SUITES))

from hil_tests.beds.hands import Hands  # noqa: E402 - asserts are rewritten in modules imported after that


@pytest.fixture(scope="session")
def hands() -> Iterator[Hands]:
    hands = Hands()
    yield hands
    hands.close()
