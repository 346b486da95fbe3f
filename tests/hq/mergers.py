"""Merging two members in a test, signed by an operator."""

from __future__ import annotations

from random import Random

from hq import merging, operators, sizing
from hq.headquarters import Headquarters
from hq.merging import Merger

WORD = "correct horse"


def with_operator(hq: Headquarters) -> Headquarters:
    with hq.database.transaction() as connection:
        operators.add(connection, hq.state, "ada", WORD, Random(1).randbytes)
    return hq


def merge(hq: Headquarters, gone: str, stays: str, why: str = "one person", *, size: bool = True) -> Merger:
    """As `stillpoint-hq merge` does it; without `size` leases are left to the next contact."""
    with hq.database.transaction() as connection:
        done = merging.merge(connection, gone, stays, why, signed_by(hq, gone, stays, why), hq.rules())
    with hq.database.transaction() as connection:
        sizing.size_now(connection, [done.gone, done.stays] if size else [], hq.rules())
    return done


def signed_by(hq: Headquarters, gone: str, stays: str, why: str) -> tuple[str, str]:
    return "ada", operators.unlock(hq.state, "ada", WORD).sign(merging.signed_bytes(gone, stays, why)).hex()
