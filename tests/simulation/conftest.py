"""A bed for worlds of five terminals, made once for each process of the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from terminal.bench.simulation.runs import Bed, bed

TERMINALS = 5


@pytest.fixture(scope="session")
def worlds() -> Iterator[Bed]:
    with bed(TERMINALS) as made:
        yield made
