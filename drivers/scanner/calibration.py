"""The calibration code: which keyboard layout a scanner types in, learned from a code whose text is known. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from drivers.evdev.layouts import LAYOUTS, US, LayoutName
from drivers.evdev.strokes import Stroke
from drivers.evdev.text import text_of

HEAD = "STILLPOINT KBD "  # none of these keys moves from layout to layout, so that the code is known in any of them
CALIBRATION = HEAD + "AZQWYM1-/@#&[]"
STROKES_MAX = 2 * len(CALIBRATION)

Reason = Literal["none", "case", "several"]


class Learned(NamedTuple):
    """The code was typed in this layout."""

    layout: LayoutName


class Unlearned(NamedTuple):
    """No layout was learned: none that is known types this text; it came in the wrong case; or several type it."""

    reason: Reason


def is_calibration(strokes: Sequence[Stroke]) -> bool:
    """Whether this is the calibration code, in whatever layout and case."""
    head = text_of(strokes[: len(HEAD)], US)
    return head is not None and head.upper() == HEAD and len(HEAD) < len(strokes) <= STROKES_MAX


def learn(strokes: Sequence[Stroke], printed: str = CALIBRATION) -> Learned | Unlearned:
    """The layout in which `strokes` type the `printed` text, or why there is none."""
    typed = {name: text_of(strokes, layout) for name, layout in LAYOUTS.items()}
    fitting = [name for name, text in typed.items() if text == printed]
    if len(fitting) == 1:
        return Learned(fitting[0])
    if fitting:
        return Unlearned("several")
    folded = any(text is not None and text.casefold() == printed.casefold() for text in typed.values())
    return Unlearned("case" if folded else "none")
