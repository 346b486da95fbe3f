"""A reader that hangs is a failure, and not the end of all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fuzz.long import within

CPU_S_MAX = 120.0  # of one test; the slowest takes some 5


@pytest.fixture
def ends() -> Iterator[None]:
    with within(CPU_S_MAX):
        yield
