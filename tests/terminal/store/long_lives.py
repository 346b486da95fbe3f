"""A ledger that has lived long enough for its oldest operations to go."""

from __future__ import annotations

from terminal.store.ledger import Ledger
from terminal.store.pruning import KEPT_MS
from tests.terminal.store.material import BEN, NOON_MS, append, grants
from tests.terminal.store.material_rights import PURSE, bought, moved, page, value_grant
from tests.terminal.store.test_rights import CAKE, DAILY, counted, stamps

LATER_MS = NOON_MS + KEPT_MS


def acknowledge(ledger: Ledger, seq: int | None = None) -> None:
    at = ledger.head().seq if seq is None else seq
    ledger.acknowledge(at, ledger._hash_at(at) or b"")


def prune_all(ledger: Ledger, now_ms: int) -> int:
    gone = 0
    while step := ledger.prune(now_ms):
        gone += step
    return gone


def a_life(ledger: Ledger) -> None:
    """Grants, sales that earn and spend, limits, stamps, value; all of it known to HQ at noon."""
    ledger.apply_grants(grants(100, 50))
    ledger.apply_grants(page(value_grant(3)))
    append(ledger, earn=10, draw={"g-1": 60}, detail=bought())
    append(ledger, postings=(*counted(DAILY, 3), *counted(CAKE, 1), *stamps(4)))
    append(ledger, member=BEN, earn=5)
    append(ledger, postings=moved(PURSE, PURSE.spend(600)))
    append(ledger, draw={"s01-1-aa.1.1": 10})
    acknowledge(ledger)
    assert ledger.prune(NOON_MS) == 0
