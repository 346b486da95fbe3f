"""HQ dies in the middle of an upload: the batch is in it whole, or not at all, and is then taken once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hq.headquarters import Headquarters
from tests.hq.crashing import DIED
from tests.hq.devices import Device, acknowledged, outcomes
from tests.hq.looking import balance, broken, stored

ROOT = Path(__file__).parents[2]


def die(hq: Headquarters, device: Device, moment: str, folder: Path) -> None:
    file = folder / "batch.bin"
    file.write_bytes(device.batch().encode())
    command = [sys.executable, "-m", "tests.hq.crashing", str(hq.state), str(file), moment]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == DIED


@pytest.mark.parametrize(("moment", "kept"), [("before", 0), ("after", 3)])
def test_a_batch_is_taken_once_whenever_hq_dies(
    hq: Headquarters, device: Device, tmp_path: Path, moment: str, kept: int
) -> None:
    for _ in range(3):
        device.sell("m2", earn=10)
    die(hq, device, moment, tmp_path)
    assert len(stored(hq)) == kept
    assert broken(hq) == []
    answer = acknowledged(hq, device.batch())
    assert answer.acked_seq == 3
    assert list(outcomes(answer).values()).count("duplicate") == kept
    assert balance(hq, "m2") == (350, 0)
    assert stored(hq) == device.operations
    assert broken(hq) == []
