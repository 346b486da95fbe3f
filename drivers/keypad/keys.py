"""Which key of a keypad a stroke is. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from drivers.evdev.codes import (
    KEY_BACKSPACE,
    KEY_DELETE,
    KEY_ENTER,
    KEY_ESC,
    KEY_KPASTERISK,
    KEY_KPCOMMA,
    KEY_KPDOT,
    KEY_KPENTER,
    KEY_KPEQUAL,
    KEY_KPMINUS,
    KEY_KPPLUS,
    KEY_KPSLASH,
    KEY_TAB,
    PAD_ARROWS,
    PAD_DIGITS,
    ROW_DIGITS,
)
from drivers.evdev.strokes import Stroke

PadKey = Literal["backspace", "delete", "dot", "minus", "plus", "star", "slash", "equal", "escape", "tab"]
CODES: Mapping[PadKey, frozenset[int]] = MappingProxyType(
    {
        "backspace": frozenset({KEY_BACKSPACE}),
        "delete": frozenset({KEY_DELETE}),
        "dot": frozenset({KEY_KPDOT, KEY_KPCOMMA, KEY_DELETE}),  # Delete is the dot's key while Num Lock is off
        "minus": frozenset({KEY_KPMINUS}),
        "plus": frozenset({KEY_KPPLUS}),
        "star": frozenset({KEY_KPASTERISK}),
        "slash": frozenset({KEY_KPSLASH}),
        "equal": frozenset({KEY_KPEQUAL}),
        "escape": frozenset({KEY_ESC}),
        "tab": frozenset({KEY_TAB}),
    }
)


class PadKeys:
    """The keys of one pad: `back` and `clear` say which of its keys are these.

    Digits are digits whether Num Lock is on or off: a pad that switches it itself sends arrows then, and with `arrows`
    these are read as the digits that are printed on them. A keyboard's arrows are none.
    """

    def __init__(self, back: PadKey = "backspace", clear: PadKey = "escape", arrows: bool = True) -> None:
        special = {**dict.fromkeys(CODES[back], "back"), **dict.fromkeys(CODES[clear], "clear")}
        enters = dict.fromkeys((KEY_ENTER, KEY_KPENTER), "enter")
        self._names = {**ROW_DIGITS, **PAD_DIGITS, **(PAD_ARROWS if arrows else {}), **enters, **special}

    def name_of(self, stroke: Stroke) -> str | None:
        """ "0" to "9", "enter", "back" or "clear", or None for a key that is none of these."""
        if stroke.ctrl or stroke.alt or stroke.altgr or stroke.number:
            return None
        return self._names.get(stroke.code)
