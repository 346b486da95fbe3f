"""How far a bucket of the feed has come, as both sides of `directory.db` see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

READ_BUCKET = "SELECT cursor, applied_seq, as_of_ms, generation, mismatch FROM bucket WHERE bucket = ?"


@dataclass(frozen=True)
class BucketState:
    """How far a bucket has come. Times in ms UTC.

    `applied_seq`: this device's operations up to here are in every row. `as_of_ms`: when the rows were last known to be
    all of HQ's; None before that. `mismatch`: the rows did not add up to HQ's sum.
    """

    cursor: int
    applied_seq: int
    as_of_ms: int | None
    generation: int
    mismatch: bool


def bucket_state(row: tuple[Any, ...] | None) -> BucketState | None:
    """The state in a row of READ_BUCKET."""
    return None if row is None else BucketState(row[0], row[1], row[2], row[3], bool(row[4]))
