"""From key strokes to codes, and to keys where people type on the same device. Pure, streaming, bounded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from drivers.evdev.layouts import LAYOUTS, Layout
from drivers.evdev.strokes import Gap, Stroke
from drivers.evdev.text import ends, text_of
from drivers.scanner.calibration import Learned, Unlearned, is_calibration, learn
from drivers.scanner.code import ANEW_MS, FORGET_MS, Code, Fault, read_code

End = Literal["any", "enter", "tab", "idle"]
TellBy = Literal["device", "timing"]

SCAN_CHARS_MIN = 6
SCAN_GAP_US_MAX = 35_000  # no hand types six characters with less between each two
IDLE_MS = 100  # ends a code of a scanner that sends no suffix
_STROKES_PER_CHAR = 2  # a dead key and a space


class Typed(NamedTuple):
    """Strokes that came from a hand, in order."""

    strokes: tuple[Stroke, ...]


Read = Code | Typed | Learned | Unlearned


class KeyedParser:
    """Feed it strokes as they come; it gives each code once, whole or not at all.

    With `tell_by` "device" all that is typed is a code. With "timing" six characters or more, with less than 35 ms
    between each two, are a code, and the rest was typed by a hand; a longer gap ends what was damaged, too.
    `end` is what ends a code: Enter, Tab, any of both, or silence as well. What was left out
    is in `faults` until it is taken from there, at most one of a kind.
    The calibration code of `drivers.scanner.calibration` changes `layout` and is no code.
    """

    def __init__(
        self,
        layout: Layout,
        end: End = "any",
        tell_by: TellBy = "device",
        chars_max: int = 4096,
        strip_aim: bool = True,
    ) -> None:
        self.layout = layout
        self.faults: set[Fault] = set()
        self._end = end
        self._by_timing = tell_by == "timing"
        self._chars_max = chars_max
        self._strip_aim = strip_aim
        self._strokes: list[Stroke] = []
        self._damage: Fault | None = None
        self._in_rest = False  # by timing: whether a gap ends the damage
        self._last_us = 0

    @property
    def patience_ms(self) -> int:
        """How long silence may last before `silent` has to hear of it."""
        if self._by_timing and (self._strokes or self._damage is not None):
            return SCAN_GAP_US_MAX // 1000
        if not self._strokes:
            return FORGET_MS
        return IDLE_MS if self._end == "idle" else FORGET_MS

    def feed(self, strokes: Iterable[Stroke | Gap]) -> list[Read]:
        """What ends within `strokes`."""
        read: list[Read] = []
        for stroke in strokes:
            apart, self._last_us = stroke.at_us - self._last_us >= SCAN_GAP_US_MAX, stroke.at_us
            if isinstance(stroke, Gap):
                self._spoil("scan_noisy")
                continue
            if self._by_timing and apart:
                read += self._parted()
                self._in_rest = True
            if self._is_end(stroke):
                read += self._ended(stroke)
            elif self._damage is None:
                self._strokes.append(stroke)
                if len(self._strokes) > self._chars_max * _STROKES_PER_CHAR:
                    self._spoil("scan_too_long")
        return read

    def silent(self, since_ms: int) -> list[Read]:
        """Nothing was typed for `since_ms`: what this ends. After a second of it what has no end is left out, with what
        may still come of it up to its end, for half a number is another number."""
        if since_ms < self.patience_ms:
            return []
        read: list[Read] = []
        if self._by_timing:
            read = self._parted()
        elif self._strokes and self._end == "idle":
            read = self._whole()
        elif self._strokes:
            self._spoil("scan_unended")
        if since_ms >= (FORGET_MS if self._end == "idle" else ANEW_MS):
            self._damage = None
        return read

    def _parted(self) -> list[Read]:
        """By timing: what a gap ends. What comes after a code without end is its rest, up to the next gap."""
        if self._damage is None:
            return self._burst()
        return self._whole() if self._in_rest else []

    def _is_end(self, stroke: Stroke) -> bool:
        end = ends(stroke)
        return bool(end) and self._end in {"any", "idle", end}

    def _spoil(self, fault: Fault) -> None:
        """Whatever comes up to the next end belongs to a code that is lost."""
        self.faults.add(fault)
        self._damage = fault
        self._in_rest = fault != "scan_unended"
        self._strokes.clear()

    def _ended(self, stroke: Stroke) -> list[Read]:
        if self._damage == "scan_unended":
            self.faults.add("scan_unended")  # what came now is lost as well: it may be the rest, or the next code
        if self._by_timing and self._damage is None and len(self._strokes) < SCAN_CHARS_MIN:
            self._strokes.append(stroke)
            return self._hand()
        return self._whole()

    def _burst(self) -> list[Read]:
        """Strokes that no end followed in time: a hand's, or a code that has no end."""
        if len(self._strokes) < SCAN_CHARS_MIN:
            return self._hand()
        if self._end == "idle":
            return self._whole()
        self._spoil("scan_unended")
        return []

    def _hand(self) -> list[Read]:
        strokes = tuple(self._strokes)
        self._strokes.clear()
        return [Typed(strokes)] if strokes else []

    def _whole(self) -> list[Read]:
        strokes, damage = tuple(self._strokes), self._damage
        self._strokes.clear()
        self._damage = None
        if damage is not None:
            return []
        if is_calibration(strokes):
            return [self._calibrated(strokes)]
        found = self._code(strokes)
        if isinstance(found, str):
            self.faults.add(found)
            return []
        return [found] if found is not None else []

    def _code(self, strokes: tuple[Stroke, ...]) -> Code | Fault | None:
        text = text_of(strokes, self.layout)
        return "scan_noisy" if text is None else read_code(text, self._chars_max, self._strip_aim)

    def _calibrated(self, strokes: tuple[Stroke, ...]) -> Learned | Unlearned:
        learned = learn(strokes)
        if isinstance(learned, Learned):
            self.layout = LAYOUTS[learned.layout]
        return learned
