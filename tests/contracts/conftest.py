"""What the beds share within one test process."""

from __future__ import annotations

from pathlib import Path

import pytest

SUITES = (
    *("driver", "card_reader", "card_talk", "scanner", "keypad", "printer", "drawer", "light", "buzzer", "button"),
    "recorder",
)
pytest.register_assert_rewrite(*(f"tests.contracts.{name}" for name in SUITES))

from tests.contracts.beds.pcscd import use_socket  # noqa: E402 - asserts are rewritten in modules imported after that


@pytest.fixture(scope="session")
def pcscd_socket(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one place where this test process looks for pcscd."""
    return use_socket(tmp_path_factory.mktemp("pcscd") / "comm")
