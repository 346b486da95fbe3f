"""Keyboard layouts as data: which character a key's position stands for. Pure.

A device tells positions and not characters. The rows are those of a keyboard with 105 keys; "\\0" is a key without a
character there. A dead key gives its character with the space that follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, get_args

from drivers.evdev.codes import (
    KEY_KPASTERISK,
    KEY_KPCOMMA,
    KEY_KPDOT,
    KEY_KPEQUAL,
    KEY_KPMINUS,
    KEY_KPPLUS,
    KEY_KPSLASH,
    KEY_SPACE,
    PAD_DIGITS,
)

LayoutName = Literal["us", "gb", "de", "ch", "fr", "es", "it"]
NAMES: tuple[LayoutName, ...] = get_args(LayoutName)

_POSITIONS = ((41, *range(2, 14)), (*range(16, 28),), (*range(30, 41), 43), (86, *range(44, 54)))
_EVERYWHERE = MappingProxyType(
    {
        KEY_SPACE: " ",
        KEY_KPDOT: ".",
        KEY_KPCOMMA: ",",
        KEY_KPSLASH: "/",
        KEY_KPASTERISK: "*",
        KEY_KPMINUS: "-",
        KEY_KPPLUS: "+",
        KEY_KPEQUAL: "=",
        **PAD_DIGITS,
    }
)


@dataclass(frozen=True)
class Layout:
    """Characters by key code: alone, with Shift, with AltGr. `dead` are (code, with Shift) of dead keys."""

    name: LayoutName
    plain: Mapping[int, str]
    shifted: Mapping[int, str]
    altgr: Mapping[int, str] = field(default_factory=dict)
    dead: frozenset[tuple[int, bool]] = frozenset()

    def character(self, code: int, shift: bool, altgr: bool, caps: bool = False) -> str:
        """The character of a key, or "" if it has none. Caps Lock turns Shift around for letters alone."""
        if altgr:
            return self.altgr.get(code, "")
        if caps and self.plain.get(code, "").isalpha():
            shift = not shift
        return (self.shifted if shift else self.plain).get(code, "")


def _rows(rows: tuple[str, str, str, str]) -> dict[int, str]:
    codes = {
        code: character
        for positions, row in zip(_POSITIONS, rows, strict=True)
        for code, character in zip(positions, row, strict=True)
        if character != "\0"
    }
    return {**_EVERYWHERE, **codes}


US = Layout(
    "us",
    _rows(("`1234567890-=", "qwertyuiop[]", "asdfghjkl;'\\", "<zxcvbnm,./")),
    _rows(("~!@#$%^&*()_+", "QWERTYUIOP{}", 'ASDFGHJKL:"|', ">ZXCVBNM<>?")),
)
GB = Layout(
    "gb",
    _rows(("`1234567890-=", "qwertyuiop[]", "asdfghjkl;'#", "\\zxcvbnm,./")),
    _rows(('¬!"£$%^&*()_+', "QWERTYUIOP{}", "ASDFGHJKL:@~", "|ZXCVBNM<>?")),
    {41: "¦", 5: "€"},
)
DE = Layout(
    "de",
    _rows(("^1234567890ß´", "qwertzuiopü+", "asdfghjklöä#", "<yxcvbnm,.-")),
    _rows(('°!"§$%&/()=?`', "QWERTZUIOPÜ*", "ASDFGHJKLÖÄ'", ">YXCVBNM;:_")),
    {3: "²", 4: "³", 8: "{", 9: "[", 10: "]", 11: "}", 12: "\\", 16: "@", 18: "€", 27: "~", 50: "µ", 86: "|"},
    frozenset({(41, False), (13, False), (13, True)}),
)
CH = Layout(
    "ch",
    _rows(("§1234567890'^", "qwertzuiopü¨", "asdfghjklöä$", "<yxcvbnm,.-")),
    _rows(('°+"*ç%&/()=?`', "QWERTZUIOPè!", "ASDFGHJKLéà£", ">YXCVBNM;:_")),
    {2: "¦", 3: "@", 4: "#", 7: "¬", 8: "|", 9: "¢", 18: "€", 26: "[", 27: "]", 40: "{", 43: "}", 86: "\\"},
    frozenset({(13, False), (13, True), (27, False)}),
)
FR = Layout(
    "fr",
    _rows(("²&é\"'(-è_çà)=", "azertyuiop^$", "qsdfghjklmù*", "<wxcvbn,;:!")),
    _rows(("\x001234567890°+", "AZERTYUIOP¨£", "QSDFGHJKLM%µ", ">WXCVBN?./§")),
    {4: "#", 5: "{", 6: "[", 7: "|", 9: "\\", 10: "^", 11: "@", 12: "]", 13: "}", 18: "€"},
    frozenset({(26, False), (26, True)}),
)
ES = Layout(
    "es",
    _rows(("º1234567890'¡", "qwertyuiop`+", "asdfghjklñ´ç", "<zxcvbnm,.-")),
    _rows(('ª!"·$%&/()=?¿', "QWERTYUIOP^*", "ASDFGHJKLÑ¨Ç", ">ZXCVBNM;:_")),
    {41: "\\", 2: "|", 3: "@", 4: "#", 7: "¬", 18: "€", 26: "[", 27: "]", 40: "{", 43: "}"},
    frozenset({(26, False), (26, True), (40, False), (40, True)}),
)
IT = Layout(
    "it",
    _rows(("\\1234567890'ì", "qwertyuiopè+", "asdfghjklòàù", "<zxcvbnm,.-")),
    _rows(('|!"£$%&/()=?^', "QWERTYUIOPé*", "ASDFGHJKLç°§", ">ZXCVBNM;:_")),
    {18: "€", 26: "[", 27: "]", 39: "@", 40: "#"},
)
LAYOUTS: Mapping[LayoutName, Layout] = MappingProxyType(
    {layout.name: layout for layout in (US, GB, DE, CH, FR, ES, IT)}
)
