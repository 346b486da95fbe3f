"""What pruning may do and nobody else, and what a disk that fails meanwhile loses: nothing."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from terminal.errors import StorageFull
from terminal.store.audit import audit
from terminal.store.ledger import Head, Ledger
from tests.terminal.store.failing_disk import FailingDisk, full_from
from tests.terminal.store.long_lives import LATER_MS, a_life, prune_all
from tests.terminal.store.material import ADA, FOREVER_MS, append, grants, open_ledger


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM operation WHERE seq = 6",
        "DELETE FROM posting WHERE seq = 6",
        "DELETE FROM granted",
        "UPDATE ledger SET anchor_seq = 6",
        "UPDATE ledger SET anchor_seq = 7",
        "UPDATE ledger SET anchor_seq = 4",
        "UPDATE ledger SET anchor_hash = zeroblob(32)",
        "UPDATE ledger SET acked_seq = 4",
        "INSERT INTO operation (seq, kind, at_ms, clock, hash, bytes, answer)"
        " VALUES (3, 'sale', 0, '', zeroblob(32), x'00', x'00')",
    ],
)
def test_only_pruning_may_delete_and_the_anchor_only_moves_on(path: Path, ledger: Ledger, statement: str) -> None:
    """Even by hand: what is above the anchor is a fact, and the anchor is an acknowledged operation."""
    a_life(ledger)
    append(ledger, earn=1)
    ledger.apply_grants(grants(5, first=4))
    prune_all(ledger, LATER_MS)
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA foreign_keys = OFF")
    with pytest.raises(apsw.ConstraintError):
        connection.execute(statement)
    connection.close()


def test_a_full_disk_while_pruning_loses_nothing(path: Path) -> None:
    with open_ledger(path) as ledger:
        ledger.note_spend_until(FOREVER_MS)
        a_life(ledger)
    for n in range(1, 80):
        with FailingDisk(f"prune-{n}", full_from(n)) as disk:
            full = False
            with open_ledger(path, disk.name) as ledger:
                try:
                    prune_all(ledger, LATER_MS)
                except StorageFull:
                    full = True
                assert ledger.anchor().seq in (0, 5)
                assert [(lot.id, lot.points) for lot in ledger.lease(ADA)] == [("g-1", 90)]
        assert audit(path) == []
        if not full:
            return
    raise AssertionError("it never got through")


def test_an_audit_finds_what_pruning_would_have_lost(path: Path) -> None:
    """The control: were the sums of the pruned operations not kept, the leases would have no history."""
    with open_ledger(path) as ledger:
        ledger.note_spend_until(FOREVER_MS)
        a_life(ledger)
        prune_all(ledger, LATER_MS)
        assert ledger.anchor() == Head(5, ledger.head().hash)
    connection = apsw.Connection(str(path))
    connection.execute("DELETE FROM settled WHERE account = 'lease' AND asset = 'points'")
    connection.close()
    assert audit(path) == [
        "the lease of m-ada on points, lot g-1 is 90, its history says 0",
        "the lease of m-ben on points, lot s01-1-aa.1.3 is 5, its history says 0",
    ]
