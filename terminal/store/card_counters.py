"""Counters of cards' links that were judged here: a link is taken once, and that outlives a power cut (cards.md, SUN).

The highest counter of each card is on the disk before a link is accepted. What was seen without HQ waits beside it,
also what was refused, for HQ looks whether one chip can have made it all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import apsw

from cards.sun import CounterVerdict, judge_counter
from terminal.store.ledger_file import LedgerFile

MOST = 5000  # sightings; of too many the oldest go, and the highest counters stay

_HIGHEST = "SELECT counter FROM card_counter WHERE card = ? AND version = ?"
_RAISE = """INSERT INTO card_counter (card, version, counter) VALUES (?, ?, ?)
ON CONFLICT (card, version) DO UPDATE SET counter = max(counter, excluded.counter)"""
_SEEN = "INSERT INTO link_seen (card, counter, from_ms, until_ms) VALUES (?, ?, ?, ?)"
_FORGET = "DELETE FROM link_seen WHERE number <= (SELECT max(number) FROM link_seen) - ?"


@dataclass(frozen=True)
class LinkSeen:
    """A link that the card's key of this `version` made. It was shown between these times; `until_ms` is None where no
    clock could say."""

    card: str
    version: int
    counter: int
    from_ms: int
    until_ms: int | None


class CardCounters:
    """The part of a ledger that remembers counters. The ledger's one thread uses it; errors are the ledger's."""

    def __init__(self, file: LedgerFile, most: int = MOST) -> None:
        self._file, self._most = file, most

    def take(self, seen: LinkSeen) -> CounterVerdict:
        """Take a link if its counter is new here. Raises StorageFull: then it is not taken."""
        with self._file.transaction() as cursor:
            verdict = _verdict(cursor, seen.card, seen.version, seen.counter)
            cursor.execute(_RAISE, (seen.card, seen.version, seen.counter))
            cursor.execute(_SEEN, (seen.card, seen.counter, seen.from_ms, seen.until_ms))
            cursor.execute(_FORGET, (self._most,))
            return verdict

    def taken_by_hq(self, card: str, version: int, counter: int) -> CounterVerdict:
        """HQ has taken a link that was shown here: without HQ it is not taken again. It may have been taken here before
        HQ was told; FRESH says that it was not."""
        with self._file.transaction() as cursor:
            verdict = _verdict(cursor, card, version, counter)
            cursor.execute(_RAISE, (card, version, counter))
            return verdict


def _verdict(cursor: apsw.Cursor, card: str, version: int, counter: int) -> CounterVerdict:
    rows: Any = cursor.execute(_HIGHEST, (card, version)).fetchall()
    return judge_counter(rows[0][0] if rows else None, counter)
