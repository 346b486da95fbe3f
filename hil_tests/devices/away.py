"""Devices that this bench does not have: their tests are skipped, and each device is told once."""

from __future__ import annotations

from typing import NoReturn

import pytest

AWAY = "away"


def skip(request: pytest.FixtureRequest, words: str) -> NoReturn:
    """Leave this test out because its device is away; `words` begin with kind and driver."""
    request.node.user_properties.append((AWAY, words))
    pytest.skip(words)


def told(reports: list[pytest.TestReport]) -> list[str]:
    """What is to be told of tests that were left out, each sentence once."""
    return list(
        dict.fromkeys(str(words) for report in reports for name, words in report.user_properties if name == AWAY)
    )
