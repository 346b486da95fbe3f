"""The main job from end to end with real processes: HQ, a line, a terminal of three, killed and started again."""

import asyncio
import json
import random
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from terminal.bench.layout import Layout, Ports
from terminal.bench.once import OFFLINE_SALES, Script
from terminal.bench.world import World

STILLPOINT = Path(sys.executable).with_name("stillpoint")


def test_the_main_job_holds_its_promises() -> None:
    done = subprocess.run(
        [STILLPOINT, "demo", "--once", "--json"], capture_output=True, text=True, timeout=300, check=False
    )
    report = json.loads(done.stdout)
    assert report["ok"], json.dumps(report, indent=1, ensure_ascii=False) + done.stderr
    assert done.returncode == 0
    assert report["sales_offline"] == OFFLINE_SALES == 50
    assert report["acknowledged"] == report["at_hq"] >= 54
    assert (report["duplicates_at_hq"], report["lost"], report["overspent_points"]) == (0, 0, 0)
    assert report["balances_equal"] is True
    assert report["pin"] == {"without": "points_copyable_daily", "wrong": "pin_wrong", "points_with": 2100}
    assert all(stage["ok"] and stage["ms"] >= 0 for stage in report["stages"])
    assert len(report["stages"]) == 11


class _Boastful(Script):
    """Says that a sale was acknowledged which never was: the control of the report."""

    async def hq_started(self) -> str:
        receipt = next(iter(self.receipts.values()))
        self.receipts["f" * 32] = receipt
        return await super().hq_started()


@pytest.mark.parametrize("sales", [4])
def test_a_lost_sale_is_found(tmp_path: Path, sales: int) -> None:
    async def play() -> _Boastful:
        layout = Layout(tmp_path / "world", Ports.free())
        layout.prepare("token-of-the-test")
        world = World(layout, datetime.now(UTC).date())
        script = _Boastful(world, random.Random(1), offline_sales=sales)
        try:
            await script.run()
        finally:
            await world.close()
        return script

    report = asyncio.run(play()).report
    assert not report.ok
    assert report.numbers["lost"] == 1
    assert not report.stages[-1].ok
    assert "1 acknowledged sales are not at HQ" in report.stages[-1].detail
