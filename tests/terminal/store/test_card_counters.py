"""A link is taken once, also after a power cut; what was seen without HQ waits for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cards.sun import CounterVerdict
from terminal.errors import StorageFull
from terminal.store import card_counters
from terminal.store.audit import audit
from terminal.store.card_counters import CardCounters, LinkSeen
from terminal.store.ledger import Ledger
from terminal.store.outbox import OutboxReader
from tests.terminal.store.failing_disk import FailingDisk, full_from
from tests.terminal.store.material import DEVICE, open_ledger

CARD, OTHER = "a" * 32, "b" * 32
FRESH, REPEATED, BACKWARDS = CounterVerdict.FRESH, CounterVerdict.REPEATED, CounterVerdict.BACKWARDS


def seen(counter: int, card: str = CARD, version: int = 1) -> LinkSeen:
    return LinkSeen(card, version, counter, 1000 + counter, None if counter % 2 else 9000)


def waiting(path: Path, after: int = 0) -> list[tuple[int, str, int, int, int | None]]:
    with OutboxReader(path) as outbox:
        return outbox.links_seen(after, 100)


def test_only_a_counter_above_all_before_is_fresh(ledger: Ledger) -> None:
    take = ledger.card_counters.take
    assert [take(seen(counter)) for counter in (0, 7, 7, 3, 8)] == [FRESH, FRESH, REPEATED, BACKWARDS, FRESH]
    assert take(seen(1, OTHER)) is FRESH
    assert take(seen(1, version=2)) is FRESH, "other keys, another count"


def test_it_stays_taken_over_a_restart_and_waits_to_be_told(path: Path) -> None:
    with open_ledger(path) as ledger:
        ledger.card_counters.take(seen(7))
    with open_ledger(path) as again:
        assert again.card_counters.take(seen(6)) is BACKWARDS
        assert waiting(path) == [(1, CARD, 7, 1007, None), (2, CARD, 6, 1006, 9000)]
        assert waiting(path, after=1) == [(2, CARD, 6, 1006, 9000)]
    assert audit(path) == []


def test_what_hq_took_is_not_taken_again_and_needs_not_be_told(ledger: Ledger, path: Path) -> None:
    assert ledger.card_counters.taken_by_hq(CARD, 1, 7) is FRESH
    assert ledger.card_counters.take(seen(7)) is REPEATED
    assert ledger.card_counters.taken_by_hq(CARD, 1, 7) is REPEATED, "taken here before HQ was told"
    assert [row[2] for row in waiting(path)] == [7]


def test_on_a_full_disk_nothing_is_taken(path: Path) -> None:
    open_ledger(path).close()
    with (
        FailingDisk("full-links", full_from(1)) as disk,
        Ledger.open(path, DEVICE, 1, disk.name) as ledger,
        pytest.raises(StorageFull),
    ):
        ledger.card_counters.take(seen(7))
    with open_ledger(path) as again:
        assert again.card_counters.take(seen(7)) is FRESH


def test_of_too_many_the_oldest_go_and_stay_taken(ledger: Ledger, path: Path) -> None:
    few = CardCounters(ledger._file, most=3)
    for counter in range(1, 6):
        few.take(seen(counter))
    assert [row[0] for row in waiting(path)] == [3, 4, 5]
    assert few.take(seen(1)) is BACKWARDS


def test_a_counter_that_is_not_kept_is_found(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: then a link could be shown again."""
    monkeypatch.setattr(card_counters, "_RAISE", "SELECT ?, ?, ?")
    with open_ledger(path) as ledger:
        assert [ledger.card_counters.take(seen(7)) for _ in range(2)] == [FRESH, FRESH]
    assert audit(path) == [f"a link of card {CARD[:8]} was seen and could be shown again"]
