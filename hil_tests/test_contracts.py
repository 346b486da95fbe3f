"""Every driver's contract in the guest, on real kernel drivers and a real pcscd."""

from __future__ import annotations

from pathlib import Path

import pytest

from hil_tests.bench.stand import Stand

# The way of their bytes is another module's too: they are for the long lane.
LONG = {"test_drawer_printer.py", "test_pn532.py", "test_printer_serial.py", "test_scanner_ssi.py", "test_wedge.py"}
MODULES = [
    pytest.param(path.name, marks=[pytest.mark.long] if path.name in LONG else [])
    for path in sorted((Path(__file__).parent / "contracts").glob("test_*.py"))
]
LIMIT_S = 900.0


@pytest.mark.parametrize("module", MODULES)
def test_the_contract_holds_in_the_guest(stand: Stand, module: str) -> None:
    stand.agent.shell("systemctl stop stillpoint-devices")
    done = stand.agent.test(
        "-c", "/bench/pytest.ini", "--maxfail=3", f"/bench/hil_tests/contracts/{module}", limit_s=LIMIT_S
    )
    assert done.code == 0, done.out
