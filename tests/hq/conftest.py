"""An HQ of the tiny chain on each database: opened in process, or served over TLS."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from hq import address
from hq.chain import read_chain
from hq.founding import found
from hq.headquarters import Headquarters
from tests.hq.devices import Device, join
from tests.hq.places import PLACES, Place
from tests.hq.served import ServedHq
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


@pytest.fixture(scope="session", params=PLACES)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """Where databases are made: a test that uses it, or anything below, runs once on each."""
    with PLACES[request.param]() as place:
        yield place


@pytest.fixture(scope="session")
def founded(place: Place, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """HQ's folder and database as they are after founding, to be copied: faster than founding each time."""
    folder = tmp_path_factory.mktemp(f"founded-{place.kind}")
    chain, url = read_chain(write_tiny_chain(folder / "chain")), place.make()
    found(folder / "hq", chain, hosts=(), now_ms=NOW_MS, random=Random(1).randbytes, url=url)
    return folder / "hq", url


@pytest.fixture
def hq_folder(tmp_path: Path, place: Place, founded: tuple[Path, str]) -> Iterator[Path]:
    """HQ's folder, with a database of its own."""
    folder, (original, url) = tmp_path / "hq", founded
    shutil.copytree(original, folder)
    own = place.make(url)
    (folder / address.FILE).unlink()
    address.write_address(folder, own)
    yield folder
    place.end(own)


@pytest.fixture
def hq(hq_folder: Path, clock: Clock) -> Iterator[Headquarters]:
    headquarters = Headquarters.open(hq_folder, clock)
    yield headquarters
    headquarters.close()


@pytest.fixture
def device(hq: Headquarters) -> Device:
    """Lane 1 of store s01, active."""
    return join(hq, "s01", "1")


@pytest.fixture
def served(hq_folder: Path) -> Iterator[ServedHq]:
    served = ServedHq(hq_folder, lambda: NOW_MS, Random(1).randbytes)
    yield served
    served.stop()
