"""How far a bucket of the feed has come, as both sides of `directory.db` see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_FIELDS = "cursor, applied_seq, as_of_ms, generation, mismatch, restarted, count, sum, swept <> round"
READ_BUCKET = f"SELECT {_FIELDS} FROM bucket WHERE bucket = ?"


@dataclass(frozen=True)
class BucketState:
    """How far a bucket has come. Times in ms UTC.

    `applied_seq`: this device's operations up to here are in every row. `as_of_ms`: when the rows were last known to be
    all of HQ's; None before that. `mismatch`: the rows did not add up to HQ's sum; `restarted`: and the bucket was
    fetched whole because of it. `whole`: a pass from zero is under way.
    """

    cursor: int
    applied_seq: int
    as_of_ms: int | None
    generation: int
    mismatch: bool
    restarted: bool
    count: int
    sum: str
    whole: bool


def bucket_state(row: tuple[Any, ...] | None) -> BucketState | None:
    """The state in a row of READ_BUCKET."""
    if row is None:
        return None
    cursor, applied_seq, as_of_ms, generation, mismatch, restarted, count, total, whole = row
    flags = (bool(mismatch), bool(restarted))
    return BucketState(cursor, applied_seq, as_of_ms, generation, *flags, count, total, bool(whole))
