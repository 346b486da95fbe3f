"""How the two sides of the bench of cards tell what each tap took: JSON lines on standard output."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass

from cards.aes import AesKey

WAIT_S_MAX = 10.0
DELIVERED_KEY, KEY_NO = AesKey(bytes(16)), 0  # of the emulated card


@dataclass(frozen=True)
class Turn:
    """One tap: the monotonic times in nanoseconds at which the card was seen and the last answer was there, and what
    each command took. `cpu_ns` is the processor time of the whole process since the last card went away, `after_cpu_ns`
    that part of it which came after the card was seen.
    """

    seen_ns: int
    end_ns: int
    apdus_ns: list[int]
    cpu_ns: int
    after_cpu_ns: int


def tell(turn: Turn | None = None) -> None:
    """Say that a turn is done; without one, that all is ready for the next card."""
    sys.stdout.write(json.dumps(asdict(turn) if turn else None) + "\n")
    sys.stdout.flush()


def heard(line: str) -> Turn | None:
    """What `tell` said. Raises OSError for a process that said nothing more."""
    if not line:
        raise OSError("one side of the bench ended before its time; what it said stands above")
    told = json.loads(line)
    return Turn(**told) if told else None
