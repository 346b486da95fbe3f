"""Every driver's contract in the guest, on real kernel drivers and a real pcscd."""

from __future__ import annotations

from pathlib import Path

import pytest

from hil_tests.bench.stand import Stand

MODULES = sorted(path.name for path in (Path(__file__).parent / "contracts").glob("test_*.py"))
LIMIT_S = 900.0


@pytest.mark.parametrize("module", MODULES)
def test_the_contract_holds_in_the_guest(stand: Stand, module: str) -> None:
    stand.agent.shell("systemctl stop stillpoint-devices")
    done = stand.agent.test(
        "-c", "/bench/pytest.ini", "--maxfail=3", f"/bench/hil_tests/contracts/{module}", limit_s=LIMIT_S
    )
    assert done.code == 0, done.out
