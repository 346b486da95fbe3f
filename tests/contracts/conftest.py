"""What the beds share within one test process."""

from __future__ import annotations

import pytest

SUITES = (
    *("driver", "card_reader", "card_talk", "scanner", "keypad", "printer", "drawer", "light", "buzzer", "button"),
    "recorder",
)
pytest.register_assert_rewrite(*(f"tests.contracts.{name}" for name in SUITES))
