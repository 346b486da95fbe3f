"""Whatever a power cut leaves of HQ's SQLite has every acknowledged batch, whole."""

from __future__ import annotations

import pytest

from hq.headquarters import Headquarters
from tests.crash.hq_states import Weaken, run

STATES, PARTS = 1_000, 2


def set_pragmas(*texts: str) -> Weaken:
    def weaken(hq: Headquarters) -> None:
        with hq.database.transaction() as connection:
            driver = connection.connection.driver_connection
        assert driver is not None
        for text in texts:
            driver.execute(f"PRAGMA {text}").close()

    return weaken


@pytest.mark.parametrize("part", range(PARTS))
def test_every_state_has_every_acknowledged_batch(part: int) -> None:
    found = run(STATES // PARTS, part)
    assert found.states >= STATES // PARTS
    assert found.wrong == []


def test_where_the_journal_is_deleted_full_is_not_enough() -> None:
    """The control. FULL does not sync the folder after the journal was deleted, so the journal may come back."""
    assert run(200, 1, weaken=set_pragmas("journal_mode = DELETE", "synchronous = FULL")).violations["lost"]


def test_without_flushes_a_batch_is_there_by_halves() -> None:
    """The control of the journal that stays."""
    assert run(200, 1, weaken=set_pragmas("synchronous = OFF")).violations["half"]
