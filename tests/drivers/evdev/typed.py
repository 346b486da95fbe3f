"""Strokes as a scanner or a hand makes them."""

from __future__ import annotations

from drivers.evdev.codes import KEY_ENTER, KEY_LEFTCTRL, KEY_LEFTSHIFT, KEY_RIGHTALT
from drivers.evdev.layouts import LAYOUTS, LayoutName
from drivers.evdev.strokes import Stroke
from tests.contracts.beds.fifo import keys_of


def typed(text: str, layout: LayoutName = "us", start_us: int = 0, gap_us: int = 2_000) -> list[Stroke]:
    """The strokes that type `text`."""
    return [
        Stroke(
            keys[-1],
            start_us + number * gap_us,
            shift=KEY_LEFTSHIFT in keys,
            ctrl=KEY_LEFTCTRL in keys,
            altgr=KEY_RIGHTALT in keys,
        )
        for number, keys in enumerate(keys_of(text, LAYOUTS[layout]))
    ]


def scanned(text: str, layout: LayoutName = "us", start_us: int = 0, gap_us: int = 2_000) -> list[Stroke]:
    """The same with Enter behind it."""
    strokes = typed(text, layout, start_us, gap_us)
    return [*strokes, Stroke(KEY_ENTER, start_us + len(strokes) * gap_us)]
