"""Approval codes of managers: who may allow what a cashier may not. A code is tried a few times, then it waits."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from terminal.counter.phrase import Refusal

TRIES = 5
PAUSE_MS = 15 * 60 * 1000


@dataclass
class Approvals:
    """`codes` by the manager's name. One thread uses it."""

    codes: Mapping[str, str] = field(default_factory=dict)
    _wrong: int = 0
    _until_ms: int = 0

    def name_behind(self, code: str, now_ms: int) -> str:
        """Raises Refusal `approval_wrong`, or `approval_paused` after too many wrong codes."""
        if now_ms < self._until_ms:
            raise Refusal("approval_paused", 403, until_ms=self._until_ms)
        found = [name for name, known in self.codes.items() if hmac.compare_digest(known.encode(), code.encode())]
        if found:
            self._wrong = 0
            return found[0]
        self._wrong += 1
        if self._wrong >= TRIES:
            self._wrong, self._until_ms = 0, now_ms + PAUSE_MS
        raise Refusal("approval_wrong", 403)


def read_approvals(text: str) -> Approvals:
    """One `NAME CODE` a line; empty lines and those that begin with # are left out. Raises ValueError with the line."""
    codes = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) != 2 or len(words[1]) < 4:
            raise ValueError(f"line {number} must be a name and a code of at least 4 characters")
        codes[words[0]] = words[1]
    return Approvals(codes)
