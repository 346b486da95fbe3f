"""A conversation with a card, apart from how its bytes travel: a generator of commands that is sent answers."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from typing import TypeVar

T = TypeVar("T")
# Yields command APDUs, is sent answer APDUs (status word included), returns what was found out.
Dialogue = Generator[bytes, bytes, T]


def converse(dialogue: Dialogue[T], transmit: Callable[[bytes], bytes]) -> T:
    """Lead `dialogue` to its end through `transmit`; what `transmit` raises ends it and is raised here."""
    with closing(dialogue):
        try:
            command = next(dialogue)
            while True:
                command = dialogue.send(transmit(command))
        except StopIteration as end:
            result: T = end.value
            return result
