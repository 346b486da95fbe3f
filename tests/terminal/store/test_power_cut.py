"""The power goes at any commit: what was acknowledged is on the disk, whatever became of unsynced writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from terminal.errors import StoreError
from terminal.store.audit import audit
from terminal.store.ledger import Ledger
from tests.terminal.store.material import FOREVER_MS, append, grants, open_ledger
from tests.terminal.store.power_cut import RememberingDisk

SALES, CUTS_EACH = 20, 3


@dataclass
class Day:
    """A day of sales on a remembering disk; `states` are the cuts: what was acknowledged, and the folder left over."""

    folder: Path
    chance: Random = field(default_factory=lambda: Random(23))
    acknowledged: int = 0
    states: list[tuple[int, Path]] = field(default_factory=list)

    def play(self, weaken: Callable[[Ledger], None]) -> list[tuple[int, Path]]:
        """Sell and checkpoint now and then; the power goes before each sync and after each sale, every time anew."""
        with RememberingDisk("remembering", lambda: self.cut()) as disk:
            self.disk = disk
            with open_ledger(self.folder / "ledger.db", disk.name) as ledger:
                weaken(ledger)
                ledger.note_spend_until(FOREVER_MS)
                ledger.apply_grants(grants(1000))
                for seq in range(1, SALES + 1):
                    append(ledger, earn=3, draw={"g-1": 10})
                    self.acknowledged = seq
                    self.cut()
                    if seq % 7 == 0:
                        ledger.checkpoint()
        return self.states

    def cut(self) -> None:
        for _ in range(CUTS_EACH):
            folder = self.folder / f"cut-{len(self.states)}"
            self.disk.cut(folder, self.chance)
            self.states.append((self.acknowledged, folder / "ledger.db"))


def survives(path: Path, acknowledged: int) -> bool:
    try:
        with open_ledger(path) as ledger:
            return ledger.head().seq >= acknowledged and audit(path) == []
    except StoreError:
        return False


def test_every_acknowledged_sale_survives_a_power_cut(tmp_path: Path) -> None:
    states = Day(tmp_path).play(lambda _: None)
    assert len(states) > 2 * SALES * CUTS_EACH, "before and after each sale"
    assert [seq for seq, path in states if not survives(path, seq)] == []


def test_with_less_than_full_synchronous_sales_are_lost(tmp_path: Path) -> None:
    """The control: the same cuts find the loss when commits are not synced."""

    def weaken(ledger: Ledger) -> None:
        ledger._file.connection.execute("PRAGMA synchronous = NORMAL")

    assert any(not survives(path, seq) for seq, path in Day(tmp_path).play(weaken))
