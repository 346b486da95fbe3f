"""What a sale's commit costs beside SQLite itself: the same statements with the same rows and settings, turn by turn.

The ledger's side is one `append`, from the operation to the durable head: encoding, hashing, checks and statements.
The bare side is an apsw connection that executes what a ledger was seen to execute for the same sale.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from itertools import groupby
from pathlib import Path
from time import perf_counter_ns
from typing import Any

import apsw

from terminal.bench.layout import SAMPLE_CHAIN
from terminal.bench.measure import figures
from terminal.bench.sample_sales import DEVICE, EPOCH, NOON_MS, SampleSale, sample_grants, sample_sales
from terminal.store.ledger import Ledger
from terminal.store.ledger_file import CHECKPOINT_PAGES, LedgerFile, connect
from terminal.store.opening import prepare

WARM_UP = 20
_Script = list[tuple[str, list[Any]]]  # a statement and the rows that it is executed with


def measure(path: Path, sales: int, seed: int) -> dict[str, Any]:
    """Commit `sales` sales in the folder `path` both ways, one after the other, and give the figures of both.

    `ratio` is ledger : bare. Judges nothing.
    """
    scripts = _scripts(path, sample_sales(SAMPLE_CHAIN, sales + WARM_UP, seed))
    file, ledger = _open(path / "ledger.db")
    bare = connect(path / "bare.db", apsw.SQLITE_OPEN_READWRITE)
    bare.wal_autocheckpoint(CHECKPOINT_PAGES)
    times = _turns(ledger, bare.cursor(), sample_sales(SAMPLE_CHAIN, sales + WARM_UP, seed), scripts)
    bare.close()
    file.close()
    ours, theirs = (figures(side[WARM_UP:]) for side in times)
    ratio = {name.removesuffix("_us"): round(ours[name] / theirs[name], 3) for name in ours if name != "samples"}
    return {"ledger": ours, "bare": theirs, "ratio": ratio}


def _turns(
    ledger: Ledger, cursor: apsw.Cursor, made: Iterable[SampleSale], scripts: list[_Script]
) -> tuple[list[int], list[int]]:
    """Nanoseconds of each commit; the sale is made just before, as at a till, and who begins changes every time."""
    ours: list[int] = []
    theirs: list[int] = []
    for number, (sold, script) in enumerate(zip(made, scripts, strict=True)):
        append = partial(ledger.append, sold.operation, sold.digest, sold.answer)
        sides: list[tuple[list[int], Callable[[], object]]]
        sides = [(ours, append), (theirs, partial(_execute, cursor, script))]
        for times, commit in sides if number % 2 else sides[::-1]:
            begun = perf_counter_ns()
            commit()
            times.append(perf_counter_ns() - begun)
    return ours, theirs


def _execute(cursor: apsw.Cursor, script: _Script) -> None:
    for sql, rows in script:
        cursor.executemany(sql, rows)


def _scripts(path: Path, made: Iterable[SampleSale]) -> list[_Script]:
    """What a ledger executes for each sale. Leaves a copy of that ledger before its first sale as `bare.db`."""
    file, ledger = _open(path / "watched.db")
    ledger.checkpoint()
    (path / "bare.db").write_bytes((path / "watched.db").read_bytes())
    seen: list[tuple[str, Any]] = []

    def watch(_cursor: apsw.Cursor, sql: str, bindings: Any) -> bool:
        seen.append((sql, bindings or ()))
        return True

    file.connection.exec_trace = watch
    scripts: list[_Script] = []
    for sold in made:
        ledger.append(sold.operation, sold.digest, sold.answer)
        scripts.append([(sql, [row for _, row in rows]) for sql, rows in groupby(seen, lambda item: item[0])])
        seen.clear()
    file.connection.exec_trace = None
    file.close()
    return scripts


def _open(path: Path) -> tuple[LedgerFile, Ledger]:
    file = LedgerFile(path)
    prepare(file, DEVICE, EPOCH)
    ledger = Ledger(file, DEVICE, EPOCH)
    ledger.note_spend_until(2 * NOON_MS)
    ledger.apply_grants(sample_grants())
    return file, ledger
