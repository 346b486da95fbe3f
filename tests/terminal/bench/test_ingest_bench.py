"""The bench of ingest takes in what terminals would send, and inserts barely what HQ made of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from hq import schema
from hq.headquarters import Headquarters
from terminal.bench.bench_hq import BenchChain
from terminal.bench.ingest_bench import measure, with_hq
from terminal.cli import main
from tests.postgres import binaries, postgres

SIZE = {"members": 50, "terminals": 2, "seed": 7}


def rows(hq: Headquarters) -> dict[str, int]:
    with hq.database.reading() as connection:
        tables = (schema.operation, schema.lot, schema.holding)
        return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def test_everything_is_taken_in_and_inserted_again_on_sqlite(tmp_path: Path) -> None:
    size = BenchChain(tmp_path, **SIZE)
    result = measure(size, 100, 1, None)
    assert (result["operations"], result["replayed"], result["batches"]) == (100, 100, 2)
    assert min(result["hq_per_s"], result["bare_per_s"], result["published_per_s"]) > 0
    kept = with_hq(size.state, rows)
    assert kept["operation"] == 100
    assert kept["lot"] == kept["holding"] > 50


@pytest.mark.skipif(binaries() is None, reason="no PostgreSQL here: apt-get install postgresql")
def test_two_workers_take_in_on_postgresql(tmp_path: Path) -> None:
    size = BenchChain(tmp_path, **SIZE)
    with postgres() as server:
        result = measure(size, 100, 2, server.create("bench"))
        assert (result["operations"], result["workers"], result["replayed"]) == (100, 2, 100)
        assert with_hq(size.state, rows)["operation"] == 100


def test_the_command_prints_json_and_refuses_two_workers_on_sqlite() -> None:
    arguments = ["bench", "ingest", "--operations", "100", "--members", "50", "--terminals", "2"]
    printed = CliRunner().invoke(main, [*arguments, "--json"])
    assert printed.exit_code == 0, printed.output
    found = json.loads(printed.output)
    assert (found["bench"], found["database"], found["operations"]) == ("ingest", "sqlite", 100)
    assert CliRunner().invoke(main, [*arguments, "--workers", "2"]).exit_code == 2
