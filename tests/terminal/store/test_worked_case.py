"""The table in docs/ledger.md, played line by line on a real ledger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from loyalty.ledger import Asset
from protocol.lease import Recall
from protocol.operation import Kind
from terminal.errors import LeaseShort
from terminal.store.audit import audit
from terminal.store.ledger import Ledger
from terminal.store.pruning import KEPT_MS
from tests.terminal.store.material import ADA, DIGEST, FOREVER_MS, NOON_MS, append, grants, intent, open_ledger, sale
from tests.terminal.store.material_rights import act, back, grant, page

DOC = Path(__file__).parents[3] / "docs" / "ledger.md"
ROW = re.compile(r"^\| (\d+) \| [^|]+\| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)


def told() -> list[tuple[int, ...]]:
    """The numbers of the table: step, newest, acked, lease, waiting."""
    return [tuple(map(int, row)) for row in ROW.findall(DOC.read_text("utf-8"))]


def seen(step: int, ledger: Ledger) -> tuple[int, ...]:
    outbox = ledger.outbox().depth
    held = sum(lot.points for lot in ledger.lease(ADA))
    return (step, ledger.head().seq, ledger.head().seq - outbox, held, outbox)


def before_the_power_goes(ledger: Ledger) -> Iterator[tuple[int, ...]]:
    ledger.note_spend_until(FOREVER_MS)
    ledger.apply_grants(grants(100))
    yield seen(1, ledger)
    append(ledger, draw={"g-1": 40}, earn=7)
    yield seen(2, ledger)
    with pytest.raises(LeaseShort) as caught:
        ledger.append(sale(2, draw={"g-1": 60, "s01-1-aa.1.1": 10}), DIGEST, {})
    assert (caught.value.asked, caught.value.available) == (70, 67)
    yield seen(3, ledger)
    assert ledger.recorded(intent(1), DIGEST) == {"number": 1}
    yield seen(4, ledger)
    append(ledger, draw={"g-1": 60, "s01-1-aa.1.1": 7})
    yield seen(5, ledger)


def after_it(ledger: Ledger) -> Iterator[tuple[int, ...]]:
    yield seen(6, ledger)
    ledger.acknowledge(2, ledger.head().hash)
    yield seen(7, ledger)
    assert ledger.apply_grants(grants(20, first=2)) == 1
    assert ledger.apply_grants(grants(20, first=2)) == 0
    yield seen(8, ledger)
    ledger.acknowledge(1, ledger._hash_at(1) or b"")
    yield seen(9, ledger)
    recall = Recall(asset=Asset.POINTS, lot="g-1", amount=15)
    ledger.note_spend_until(NOON_MS - 1)
    ledger.apply_grants(page(grant(3, recalls=(recall,))))
    (asked,) = ledger.recalls()
    act(ledger, Kind.LEASE_RETURN, intent=asked.intent, postings=back("points", "g-1", 15))
    yield seen(10, ledger)


def after_another_cut(ledger: Ledger) -> Iterator[tuple[int, ...]]:
    assert ledger.recalls() == ()
    yield seen(11, ledger)
    ledger.acknowledge(3, ledger.head().hash)
    yield seen(12, ledger)
    assert ledger.prune(NOON_MS) == 0
    assert ledger.prune(NOON_MS + KEPT_MS) == 3
    assert ledger.operation(3) is None
    yield seen(13, ledger)


def test_the_table_is_true(path: Path) -> None:
    played: list[tuple[int, ...]] = []
    for part in (before_the_power_goes, after_it, after_another_cut):
        with open_ledger(path) as ledger:
            played += part(ledger)
    assert played == told()
    assert len(played) == 13
    assert audit(path) == []
