"""The bench of a terminal after 35 days without HQ, in small."""

from __future__ import annotations

from pathlib import Path

from terminal.bench import reconcile_bench


def test_everything_goes_up_and_every_row_comes_down(tmp_path: Path) -> None:
    result = reconcile_bench.measure(tmp_path, 12, 60, 7, None)
    assert (result["operations"], result["at_hq"], result["missing"]) == (12, 12, 0)
    assert result["rows"] > 60 + 300  # members, the sample's goods, and what a terminal obeys
