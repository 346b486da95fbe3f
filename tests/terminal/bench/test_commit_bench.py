"""The commit bench measures the same work twice: both files hold the same in the end."""

from __future__ import annotations

from pathlib import Path

import apsw

from terminal.bench.commit_bench import WARM_UP, measure
from terminal.bench.layout import SAMPLE_CHAIN
from terminal.bench.sample_sales import sample_sales
from terminal.store.audit import audit

TABLES = ("operation", "posting", "lease", "intent", "granted")


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    found = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
    connection.close()
    return found


def test_both_sides_write_the_same_rows(tmp_path: Path) -> None:
    result = measure(tmp_path, 12, seed=3)
    ledger, bare = content(tmp_path / "ledger.db"), content(tmp_path / "bare.db")
    assert ledger == bare
    assert len(ledger["operation"]) == 12 + WARM_UP
    assert audit(tmp_path / "ledger.db") == audit(tmp_path / "bare.db") == []
    assert result["ledger"]["samples"] == result["bare"]["samples"] == 12
    assert set(result["ratio"]) == {"median", "p95", "p99"}
    assert all(ratio > 0 for ratio in result["ratio"].values())


def test_the_sales_are_real_and_follow_the_seed() -> None:
    sales = list(sample_sales(SAMPLE_CHAIN, 12, 3))
    assert [sold.operation.encode() for sold in sales] == [
        sold.operation.encode() for sold in sample_sales(SAMPLE_CHAIN, 12, 3)
    ]
    redeeming = [sold for sold in sales if any(p.account == "redeemed" for p in sold.operation.postings)]
    assert len(redeeming) == 4
    assert all(len(sold.operation.detail["basket"]["lines"]) >= 2 for sold in sales)
    other = next(sample_sales(SAMPLE_CHAIN, 1, 4))
    assert other.operation.encode() != sales[0].operation.encode()
