"""Cards that come and go at several readers at once: the client library's lists are one for all threads."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.contracts.beds.pcscd_twin import ROOT, TwinProcess

UIDS = ("04A1B2C3D4E5F6", "04112233445566")
THREADS, TAPS = 4, 400


@pytest.fixture
def twin(pcscd_socket: Path) -> Iterator[TwinProcess]:
    with closing(TwinProcess(pcscd_socket)) as twin:
        yield twin


def test_every_session_at_two_readers_is_served(twin: TwinProcess) -> None:
    """In a process of its own, since it is a crash that this is about."""
    for reader, uid in enumerate(UIDS):
        twin.order(tap=uid, card="uid", reader=reader)
    command = [sys.executable, "-m", "tests.contracts.beds.crowd", str(THREADS), str(TAPS), *UIDS]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout) == (0, str(THREADS * TAPS)), done.stderr
