"""A ledger whose invariants are checked when the test is over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.store.audit import audit
from terminal.store.ledger import Ledger
from tests.terminal.store.material import FOREVER_MS, open_ledger


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with open_ledger(path) as ledger:
        ledger.note_spend_until(FOREVER_MS)
        yield ledger
        assert audit(path) == []
