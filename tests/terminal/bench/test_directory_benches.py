"""The benches of a large directory, small: what they build is a real one, and their figures are all there."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlalchemy import select

from hq.schema import feed_bucket, feed_row
from protocol.directory import CardRow, MemberRow, card_key
from protocol.feed import MEMBER_BUCKETS, member_bucket, row_prefix, sum_hex, text_digest
from terminal.bench import bootstrap_bench, decide_bench
from terminal.bench.million import card_uid, make_large, member_id
from terminal.store.audit import audit
from terminal.store.directory import Directory
from terminal.store.ledger import Ledger


def test_the_rows_of_a_large_chain_are_as_hq_makes_them(tmp_path: Path) -> None:
    large = make_large(tmp_path, 300, seed=3)
    with closing(large.hq), large.hq.database.reading() as connection:
        for bucket in MEMBER_BUCKETS:
            rows = connection.execute(select(feed_row).where(feed_row.c.bucket == bucket.value)).all()
            now = connection.execute(select(feed_bucket).where(feed_bucket.c.bucket == bucket.value)).mappings().one()
            total = sum(text_digest(row.kind, row.key, row.body.encode()) for row in rows)
            assert (len(rows), sum_hex(total)) == (now["count"], now["sum"])
            assert all(row.prefix == row_prefix(row.kind, row.key) for row in rows)
            for row in rows:
                model = MemberRow if row.kind == "member" else CardRow
                found = model.model_validate_json(row.body)
                assert member_bucket(found.id if isinstance(found, MemberRow) else found.member) is bucket


def test_bootstrap_takes_a_directory_that_works(tmp_path: Path) -> None:
    found = bootstrap_bench.measure(tmp_path, 300, seed=3)
    assert found["rows"] > 600
    assert {"verified_and_open_s", "floor_s", "ratio", "snapshot_mb", "directory_mb", "memory_mb"} <= set(found)
    with closing(Directory(tmp_path / "terminal" / "directory.db")) as directory:
        assert directory.members_known_since() is not None
        member = directory.member(member_id(299))
        assert member is not None
        assert directory.card(card_key(b"no such key", card_uid(0))) is None


def test_decide_taps_with_a_full_ledger(tmp_path: Path) -> None:
    found = decide_bench.measure(tmp_path, members=300, operations=40, samples=20, seed=3)
    assert [found[name]["samples"] for name in ("decision", "screens", "floor")] == [20, 20, 20]
    assert found["decision"]["median_us"] <= found["screens"]["median_us"]
    assert audit(tmp_path / "terminal" / "ledger.db") == []
    with Ledger.open(tmp_path / "terminal" / "ledger.db", "bench-1", 1) as ledger:
        assert ledger.head().seq == 40
