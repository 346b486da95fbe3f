"""From key strokes to the text that they type. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from drivers.evdev.codes import KEY_6, KEY_D, KEY_ENTER, KEY_J, KEY_KPENTER, KEY_M, KEY_RIGHTBRACE, KEY_TAB
from drivers.evdev.layouts import Layout
from drivers.evdev.strokes import Stroke

ENTERS = frozenset({KEY_ENTER, KEY_KPENTER})
# Scanners type control characters as Ctrl and a key: by the position on a US keyboard, or by the character of theirs.
_BY_POSITION: Mapping[int, str] = MappingProxyType({KEY_RIGHTBRACE: "\x1d", KEY_6: "\x1e", KEY_D: "\x04"})
_BY_CHARACTER: Mapping[str, str] = MappingProxyType({"]": "\x1d", "^": "\x1e"})


def ends(stroke: Stroke) -> str:
    """ "enter" or "tab" for a stroke that ends a code, also as Ctrl+M and Ctrl+J, else ""."""
    if stroke.code in ENTERS or (stroke.ctrl and stroke.code in {KEY_M, KEY_J}):
        return "enter"
    return "tab" if stroke.code == KEY_TAB else ""


def text_of(strokes: Iterable[Stroke], layout: Layout) -> str | None:
    """What the strokes type, or None if one of them types nothing that is known."""
    text, dead = "", ""
    for stroke in strokes:
        character = _character(stroke, layout)
        if not character or (dead and character != " "):
            return None
        if dead:
            text, dead = text + dead, ""
        elif _is_dead(stroke, layout):
            dead = character
        else:
            text += character
    return None if dead else text


def _character(stroke: Stroke, layout: Layout) -> str:
    if stroke.number:
        return _numbered(stroke.number)
    character = layout.character(stroke.code, stroke.shift, stroke.altgr, stroke.caps)
    if stroke.ctrl:
        return _BY_CHARACTER.get(character) or _BY_POSITION.get(stroke.code, "")
    return "" if stroke.alt else character


def _is_dead(stroke: Stroke, layout: Layout) -> bool:
    plain = not (stroke.number or stroke.ctrl or stroke.altgr)
    return plain and (stroke.code, stroke.shift) in layout.dead


def _numbered(digits: str) -> str:
    """The character of a number typed with Alt held: Windows' own code page with a leading zero, else the old one."""
    number = int(digits)
    if not 0 < number < 256:
        return ""
    return bytes([number]).decode("cp1252" if digits[0] == "0" else "cp437", "ignore")
