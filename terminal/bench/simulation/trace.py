"""What happened in a world, line by line: the same seed gives the same lines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from terminal.bench.simulation.schedule import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS


@dataclass(frozen=True)
class Line:
    """`who` is a terminal, `hq`, `world` or a person; `touches` are the members and devices it is about."""

    at_ms: int
    who: str
    what: str
    touches: frozenset[str]


class Trace:
    """Lines in order, and a hash over all of them."""

    def __init__(self, start_ms: int) -> None:
        self._start_ms = start_ms
        self._lines: list[Line] = []
        self._hash = hashlib.blake2b(digest_size=16)
        self._ended = False

    def say(self, at_ms: int, who: str, what: str, *touches: str | None) -> None:
        if self._ended:
            return
        self._lines.append(Line(at_ms, who, what, frozenset(name for name in (who, *touches) if name)))
        self._hash.update(f"{at_ms} {who} {what}\n".encode())

    def end(self) -> None:
        """What is said from now on comes too late to matter."""
        self._ended = True

    def digest(self) -> str:
        return self._hash.hexdigest()

    def __len__(self) -> int:
        return len(self._lines)

    def about(self, names: Iterable[str], most: int) -> list[str]:
        """The newest `most` lines that touch one of `names`, or the world as a whole, as text."""
        wanted = {*names, "world"}
        found = [line for line in self._lines if line.touches & wanted]
        return [self._text(line) for line in found[-most:]]

    def _text(self, line: Line) -> str:
        return f"{self._when(line.at_ms)} {line.who:<9} {line.what}"

    def _when(self, at_ms: int) -> str:
        days, rest = divmod(at_ms - self._start_ms, DAY_MS)
        hours, rest = divmod(rest, HOUR_MS)
        minutes, rest = divmod(rest, MINUTE_MS)
        return f"d{days:02} {hours:02}:{minutes:02}:{rest // SECOND_MS:02}.{rest % SECOND_MS:03}"
