"""A served HQ of the tiny chain, and a fresh device."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hq.served import ServedHq, serve_hq
from tests.hq.tiny_chain import write_tiny_chain


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[ServedHq]:
    with serve_hq(tmp_path, write_tiny_chain(tmp_path / "chain")) as served:
        yield served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The device's state folder, not made yet."""
    return tmp_path / "device"
