"""Whatever a power cut leaves of HQ's SQLite has every acknowledged batch, whole."""

from __future__ import annotations

import pytest

from hq.headquarters import Headquarters
from tests.crash.hq_states import Weaken, run

STATES, PARTS = 1_000, 2


def set_pragma(text: str) -> Weaken:
    def weaken(hq: Headquarters) -> None:
        with hq.database.transaction() as connection:
            driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute(f"PRAGMA {text}").close()

    return weaken


@pytest.mark.parametrize("part", range(PARTS))
def test_every_state_has_every_acknowledged_batch(part: int) -> None:
    found = run(STATES // PARTS, part)
    assert found.states >= STATES // PARTS
    assert found.wrong == []


@pytest.mark.parametrize("less", ["FULL", "NORMAL"])
def test_with_less_than_extra_synchronous_acknowledged_batches_are_lost(less: str) -> None:
    """The control. FULL does not sync the folder after the journal was deleted, so the journal may come back."""
    assert run(200, 1, weaken=set_pragma(f"synchronous = {less}")).violations["lost"]
