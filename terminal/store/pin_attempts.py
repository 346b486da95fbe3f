"""Guesses at PINs: each is on the disk before it is looked at, so that pulling the plug gives no free guess (cards.md).

A subject is a member, or `unknown:` and a name for a phone number that no member has, so that both look the same; names
of the unknown are forgotten after a day. Times are of the clock that no jump moves (`TerminalClock.surely_ms`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import apsw

from cards.pin_attempts import DAY_MS, USUAL, Asked, Gate, PinCount, PinLimits, ask
from terminal.store.ledger_file import LedgerFile

UNKNOWN = "unknown:"

_COUNT = "SELECT version, reset, terminal, wrong, last_ms FROM pin_count WHERE subject = ? ORDER BY terminal"
_CLEAR = "DELETE FROM pin_count WHERE subject = ?"
_KEEP = "INSERT INTO pin_count (subject, terminal, version, reset, wrong, last_ms) VALUES (?, ?, ?, ?, ?, ?)"
_GUESSES = "SELECT at_ms FROM pin_guess WHERE subject = coalesce(?, subject)"
_BEGIN = "INSERT INTO pin_guess (subject, at_ms) VALUES (?, ?) RETURNING number"
_TAKE_BACK = "DELETE FROM pin_guess WHERE number = ? AND subject = ?"
_TIDY = (
    "UPDATE pin_guess SET at_ms = ?1 WHERE at_ms > ?1",
    "UPDATE pin_count SET last_ms = ?1 WHERE last_ms > ?1",
    f"DELETE FROM pin_guess WHERE at_ms <= ?1 - {DAY_MS}",
    f"DELETE FROM pin_count WHERE subject GLOB '{UNKNOWN}*' AND last_ms <= ?1 - {DAY_MS}",
)


@dataclass(frozen=True)
class Guess:
    """A guess that was begun and counts as wrong; `right` takes it back. `age` is that of the count it began with."""

    subject: str
    number: int
    age: tuple[int, int]


class PinAttempts:
    """The part of a ledger that counts guesses. The ledger's one thread uses it; errors are the ledger's."""

    def __init__(self, file: LedgerFile, terminal: str, limits: PinLimits = USUAL) -> None:
        self._file, self._terminal, self._limits = file, terminal, limits

    def begin(self, subject: str, version: int, now_ms: int, online: bool) -> Guess | Asked:
        """A guess at the subject's PIN of this version: when this returns a Guess, it counts, whatever happens next.

        Or why it may not be: then the PIN must not be looked at. Raises StorageFull: likewise.
        """
        with self._file.transaction() as cursor:
            for statement in _TIDY:
                cursor.execute(statement, (now_ms,))
            count = _count(cursor, subject).of(version)
            asked = ask(count, _times(cursor, subject), _times(cursor, None), now_ms, online, self._limits)
            if asked.gate is not Gate.OPEN:
                return asked
            _keep(cursor, subject, count.guessed(self._terminal, now_ms), self._terminal)
            rows: Any = cursor.execute(_BEGIN, (subject, now_ms)).fetchall()
            return Guess(subject, rows[0][0], count.age)

    def right(self, guess: Guess) -> None:
        """The PIN was right: the guess is taken back and the count begins anew.

        The count stays where HQ has said something newer meanwhile. Raises ValueError for a guess that is not open.
        """
        with self._file.transaction() as cursor:
            cursor.execute(_TAKE_BACK, (guess.number, guess.subject))
            if not cursor.connection.changes():
                raise ValueError(f"guess {guess.number} is not open: it was taken back, or is older than a day")
            count = _count(cursor, guess.subject)
            if count.age == guess.age and count.total <= self._limits.locked:
                _keep(cursor, guess.subject, count.begun_anew(), self._terminal)

    def count(self, subject: str) -> PinCount:
        """What is known of guesses at this subject's PIN, here and elsewhere."""
        return self._file.asked(lambda cursor: _count(cursor, subject))

    def learn(self, subject: str, told: PinCount) -> None:
        """What HQ or another terminal knows is merged with what is known here."""
        with self._file.transaction() as cursor:
            known = _count(cursor, subject)
            merged = known.merge(told)
            if merged != known:
                _keep(cursor, subject, merged, self._terminal)


def _count(cursor: apsw.Cursor, subject: str) -> PinCount:
    rows: Any = cursor.execute(_COUNT, (subject,)).fetchall()
    if not rows:
        return PinCount()
    wrong = {terminal: number for _, _, terminal, number, _ in rows if number}
    return PinCount(rows[0][0], rows[0][1], wrong, max(row[4] for row in rows))


def _keep(cursor: apsw.Cursor, subject: str, count: PinCount, terminal: str) -> None:
    """The rows of a count; one without wrong guesses still has its age, in a row of this terminal's."""
    cursor.execute(_CLEAR, (subject,))
    wrong = count.wrong or {terminal: 0}
    rows = [(subject, name, count.version, count.reset, number, count.last_ms) for name, number in wrong.items()]
    cursor.executemany(_KEEP, rows)


def _times(cursor: apsw.Cursor, subject: str | None) -> list[int]:
    rows: Any = cursor.execute(_GUESSES, (subject,)).fetchall()
    return [at_ms for (at_ms,) in rows]
