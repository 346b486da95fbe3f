"""A shop of three members and three products, opened for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.shops import TestShop, open_shop


@pytest.fixture
def test(tmp_path: Path) -> Iterator[TestShop]:
    with open_shop(tmp_path) as shop:
        yield shop
