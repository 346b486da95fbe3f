"""Drivers of devices that type texts: a parser tells one text from the next, and each driver knows what they are."""

from __future__ import annotations

from abc import abstractmethod

from drivers.evdev.driver import TypingDriver
from drivers.evdev.strokes import Gap, Stroke
from drivers.scanner.keyed import KeyedParser, Read


class KeyedDriver(TypingDriver):
    """Subclasses make `parser` anew in `begin`, and tell what it read."""

    parser: KeyedParser

    @abstractmethod
    def tell(self, read: list[Read]) -> None:
        """What was read now, perhaps nothing; what was left out is in the parser's `faults`."""

    @property
    def patience_ms(self) -> int:
        return self.parser.patience_ms

    def take(self, strokes: list[Stroke | Gap]) -> None:
        self.tell(self.parser.feed(strokes))

    def silent(self, since_ms: int) -> None:
        self.tell(self.parser.silent(since_ms))
