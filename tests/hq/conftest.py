"""An HQ of the tiny chain: opened in process, or served over TLS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from hq.chain import read_chain
from hq.founding import found
from hq.headquarters import Headquarters
from tests.hq.devices import Device, join
from tests.hq.served import ServedHq, serve_hq
from tests.hq.tiny_chain import NOW_MS, write_tiny_chain


class Clock:
    """HQ's time in a test: it stands until it is moved."""

    def __init__(self) -> None:
        self.now_ms = NOW_MS

    def __call__(self) -> int:
        return self.now_ms

    def forward(self, *, days: int = 0, hours: int = 0) -> None:
        self.now_ms += (days * 24 + hours) * 3600 * 1000


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def chain_folder(tmp_path: Path) -> Path:
    return write_tiny_chain(tmp_path / "chain")


@pytest.fixture
def hq(tmp_path: Path, chain_folder: Path, clock: Clock) -> Iterator[Headquarters]:
    state = tmp_path / "hq"
    found(state, read_chain(chain_folder), hosts=(), now_ms=clock(), random=Random(1).randbytes)
    headquarters = Headquarters.open(state, clock)
    yield headquarters
    headquarters.close()


@pytest.fixture
def device(hq: Headquarters) -> Device:
    """Lane 1 of store s01, active."""
    return join(hq, "s01", "1")


@pytest.fixture
def served(tmp_path: Path, chain_folder: Path) -> Iterator[ServedHq]:
    with serve_hq(tmp_path, chain_folder) as hq:
        yield hq
